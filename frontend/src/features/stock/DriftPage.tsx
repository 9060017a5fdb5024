import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Drift,
  type DriftPage as Report,
  useChannels,
  useCheckDrift,
  useDrift,
  useRepairDrift,
} from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { useGo, useSearchParams } from '@/lib/nav';
import {
  Awaited,
  Beside,
  BulkBar,
  DataTable,
  EmptyState,
  FilterChips,
  isEmpty,
  NoticeLine,
  noSelection,
  Page,
  pagedBy,
  SearchBox,
  type Selection,
  selectedCount,
  showDone,
  Tabs,
} from '@/ui';
import { DriftPeek } from './DriftPeek';
import { DriftSchedule } from './DriftSchedule';
import { classes, driftName, useDriftColumns } from './driftColumns';
import { StockTabs } from './StockTabs';
import styles from './stock.module.css';
import { TakeDialog } from './TakeDialog';

const rowId = (row: Drift): string => row.id;
const repairable = (row: Drift): boolean =>
  ['moved', 'not_stuck', 'changed', 'not_pushed'].includes(row.class);

/** Where channels have other stock than they should: ours, last told, live, and who moved it. */
export function DriftPage() {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const show = classes.find((each) => each === params.class) ?? 'drift';
  const filter = { channel: params.channel, class: show, mover: params.mover, q: params.q };
  const query = useDrift(filter);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  const head = query.data?.pages[0];
  const channels = useChannels().data ?? [];
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [taking, setTaking] = useState<Drift | null>(null);
  const check = useCheckDrift();
  const repair = useRepairDrift();
  const columns = useDriftColumns();
  const peeked = rows.find(({ id }) => id === params.peek);
  const number = (n: number) => formatCount(n, language);

  const fix = (listings: string[] | null) =>
    repair.mutate(
      listings ? { listings } : { channel: params.channel, ...(show === 'drift' ? {} : { class: show }) },
      {
        onSuccess: ({ plans, same }) => {
          setSelection(noSelection);
          const [one, ...more] = plans;
          if (!one) showDone(t('drift.same', { names: same.join(', ') }));
          else if (more.length === 0 && one.id) go(`/plans/${one.id}`);
          else go('/plans');
        },
      },
    );
  const chosen = selection.all ? rows : rows.filter(({ id }) => selection.ids.has(id));
  const fixable = chosen.filter(repairable);
  const look = () => check.mutate(params.channel ?? '', { onSuccess: () => showDone(t('drift.looked')) });
  useKeys(t('views.drift'), [
    { keys: 'r', label: t('drift.repairKey'), run: () => fixable.length > 0 && fix(fixable.map(rowId)) },
    { keys: 'l', label: t('drift.look'), run: look },
  ]);
  return (
    <Page
      title={t('views.drift')}
      beside={head && <DriftSchedule head={head} />}
      actions={
        <>
          {head?.schedule !== null && (
            <Button variant="default" loading={check.isPending} onClick={look}>
              {t('drift.look')}
            </Button>
          )}
          {head && counted(head) > 0 && (
            <Button loading={repair.isPending} onClick={() => fix(null)}>
              {t('drift.repairAll')}
            </Button>
          )}
        </>
      }
    >
      <StockTabs active="drift" />
      <div className={styles.bar}>
        <SearchBox
          className={styles.search}
          value={params.q ?? ''}
          hint={t('drift.hint')}
          onChange={(q) => setParams({ q, peek: undefined })}
        />
        <FilterChips
          fields={[
            {
              id: 'channel',
              label: t('drift.channel'),
              kind: 'choice',
              options: channels.map(({ id, name }) => ({ value: id, label: name })),
            },
            {
              id: 'mover',
              label: t('drift.mover'),
              kind: 'choice',
              options: (['order', 'sale', 'person', 'unknown'] as const).map((mover) => ({
                value: mover,
                label: t(`drift.movers.${mover}`),
                count: head?.movers[mover],
              })),
            },
          ]}
          values={{ channel: params.channel, mover: params.mover }}
          onChange={(id, value) => setParams({ [id]: value, peek: undefined })}
        />
      </div>
      {head && (
        <Tabs
          label={t('drift.byClass')}
          active={show}
          onChange={(id) => {
            setSelection(noSelection);
            setParams({ class: id === 'drift' ? undefined : id, peek: undefined });
          }}
          tabs={classes
            .map((each) => ({
              id: each,
              label: t(`drift.class.${each}`),
              count: each === 'drift' ? differing(head) : head.counts[each],
            }))
            .filter(({ id, count }) => id === 'drift' || id === show || count > 0)}
        />
      )}
      {head?.warnings.map((words) => (
        <div key={words} className={styles.notices}>
          <NoticeLine state="late">{words}</NoticeLine>
        </div>
      ))}
      <Beside
        peek={
          peeked && (
            <DriftPeek
              row={peeked}
              onClose={() => setParams({ peek: undefined })}
              onRepair={repairable(peeked) ? () => fix([peeked.id]) : undefined}
              onTake={peeked.takeable ? () => setTaking(peeked) : undefined}
            />
          )
        }
      >
        <DataTable<Drift>
          label={t('views.drift')}
          storageKey="drift"
          resetKey={JSON.stringify(filter)}
          columns={columns}
          rows={rows}
          rowId={rowId}
          rowName={driftName}
          total={head?.total ?? null}
          {...pagedBy(query)}
          fit
          selection={selection}
          onSelection={setSelection}
          onOpen={({ id }) => setParams({ peek: id })}
          onPeek={(row) => setParams({ peek: row?.id })}
          peeked={params.peek ?? null}
          instead={rows.length > 0 ? null : <Instead query={query} show={show} head={head} onLook={look} />}
        />
      </Beside>
      {!isEmpty(selection) && (
        <BulkBar
          selected={selectedCount(selection, head?.total ?? null)}
          matching={rows.length}
          all={selection.all}
          onAll={() => setSelection({ all: false, ids: new Set(rows.map(rowId)) })}
          onNone={() => setSelection(noSelection)}
        >
          <Button
            disabled={fixable.length === 0}
            loading={repair.isPending}
            onClick={() => fix(fixable.map(rowId))}
          >
            {t('drift.repair', { count: fixable.length, number: number(fixable.length) })}
          </Button>
        </BulkBar>
      )}
      {taking && <TakeDialog row={taking} onClose={() => setTaking(null)} />}
    </Page>
  );
}

const counted = ({ counts }: Report): number =>
  counts.moved + counts.not_stuck + counts.changed + counts.not_pushed;
const differing = (head: Report): number => counted(head) + head.counts.unplaced + head.counts.unseen;

/** What stands in the place of the rows. */
function Instead({
  query,
  show,
  head,
  onLook,
}: {
  query: ReturnType<typeof useDrift>;
  show: string;
  head: Report | undefined;
  onLook: () => void;
}) {
  const { t } = useTranslation('stock');
  if (!head) return <Awaited query={query} />;
  if (head.schedule === null)
    return (
      <EmptyState
        title={t('drift.nothing')}
        actions={
          <Button component="a" href="#/connections/new">
            {t('drift.connect')}
          </Button>
        }
      >
        {t('drift.nothingWords')}
      </EmptyState>
    );
  if (show !== 'drift') return <EmptyState title={t('drift.noneOf')}>{t('drift.noneOfWords')}</EmptyState>;
  const all = head.counts.same;
  return (
    <EmptyState
      title={all > 0 ? t('drift.allSame', { count: all }) : t('drift.noTracked')}
      actions={
        all > 0 ? (
          <Button onClick={onLook}>{t('drift.look')}</Button>
        ) : (
          <Button component="a" href="#/stock">
            {t('drift.goCount')}
          </Button>
        )
      }
    >
      {t(all > 0 ? 'drift.allSameWords' : 'drift.noTrackedWords')}
    </EmptyState>
  );
}
