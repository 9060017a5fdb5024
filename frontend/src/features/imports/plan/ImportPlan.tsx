import { useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportBatch, type ImportRecord, keys, useImportRecords, type Verdict } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { href, useGo, useSearchParams } from '@/lib/nav';
import { Beside, EmptyState, ErrorState, Plan, pagedBy } from '@/ui';
import { allOrders, countOf, isBusy, nounOf, sumWords, verdicts } from '../words';
import { recordId, recordName, useRecordColumns } from './columns';
import { PlanNotices } from './Notices';
import { PlanOptions } from './Options';
import styles from './Plan.module.css';
import { Recognised } from './Recognised';
import { RecordPeek } from './RecordPeek';
import { useStatedColumns } from './statedColumns';

/** What the file brings, order by order; the same list tells afterwards what came of it. */
export function ImportPlan({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const number = (count: number) => formatCount(count, language);
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const tab = (params.verdict ?? '') as Verdict | '';
  const reading = batch.state === 'planning';
  // While it is applied the plan stays as it is: reading it again at every step would only slow that down.
  const client = useQueryClient();
  const known = client.getQueryData(keys.imports.records(batch.id, tab)) !== undefined;
  const records = useImportRecords(batch.id, tab, !reading && !(isBusy(batch.state) && known));
  const rows = useMemo(() => records.data?.pages.flatMap((page) => page.records) ?? [], [records.data]);
  const done = batch.state === 'applied';
  const orderColumns = useRecordColumns(done);
  const statedColumns = useStatedColumns(batch.kind, done);
  const columns = batch.kind === 'orders' ? orderColumns : statedColumns;
  const peek = params.peek ?? null;
  const peeked = peek === null ? undefined : rows.find((row) => recordId(row) === peek);
  const all = allOrders(batch.orders);
  const settled = batch.waiting < (batch.orders.error ?? 0);
  const tabs = [
    { id: '', label: t('tab.all'), count: all },
    ...verdicts.map((verdict) => ({
      id: verdict,
      label: t(done ? `doneTab.${settled && verdict === 'error' ? 'settled' : verdict}` : `tab.${verdict}`),
      count: countOf(batch.orders, verdict),
    })),
  ].filter(({ id, count }) => id === '' || id === tab || count > 0);

  const counted = tab === '' ? all : countOf(batch.orders, tab);
  const total = records.hasNextPage ? counted : rows.length;
  const words = reading
    ? t('reading.rows', { count: batch.rows, number: number(batch.rows) })
    : batch.state === 'undone'
      ? t('undone.title')
      : sumWords(t, batch, done, number);
  return (
    <Beside
      peek={
        peeked && (
          <RecordPeek
            batch={batch}
            record={peeked}
            done={done}
            onClose={() => setParams({ peek: undefined })}
          />
        )
      }
    >
      <Plan<ImportRecord>
        title={words}
        meta={<Recognised batch={batch} />}
        tabs={tabs}
        tab={tab}
        onTab={(verdict) => setParams({ verdict: verdict || undefined, peek: undefined })}
        actions={null}
        notices={
          <div className={styles.notices}>
            {batch.state === 'planned' && <PlanOptions batch={batch} />}
            <PlanNotices
              batch={batch}
              tab={tab}
              onTab={(verdict) => setParams({ verdict, peek: undefined })}
            />
          </div>
        }
        table={{
          label: t('records'),
          storageKey: `import.${batch.id}`,
          resetKey: tab,
          columns,
          rows,
          rowId: recordId,
          rowName: recordName,
          total,
          ...pagedBy(records),
          fit: true,
          onOpen: (row) =>
            row.order ? go(href(`/orders/${row.order}`)) : setParams({ peek: recordId(row) }),
          onPeek: (row) => setParams({ peek: row ? recordId(row) : undefined }),
          peeked: peek,
          instead: rows.length > 0 ? null : instead(t, batch, records),
        }}
      />
    </Beside>
  );
}

interface Records {
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** What stands in the place of the orders while there are none to show. */
function instead(t: TFunction<'imports'>, batch: ImportBatch, records: Records): ReactNode {
  const { state, orders } = batch;
  const say = (what: 'reading' | 'gone' | 'noOrders' | 'noRecords') => (
    <EmptyState title={t(`${what}.title`)}>
      {t(`${what}.words`, { nouns: nounOf(t, batch.kind, 2) })}
    </EmptyState>
  );
  if (state === 'planning') return say('reading');
  if (records.error) return <ErrorState error={records.error} onRetry={() => void records.refetch()} />;
  if (records.isPending) return null;
  if (state === 'cancelled' || state === 'failed') return say('gone');
  return say(allOrders(orders) === 0 ? 'noOrders' : 'noRecords');
}
