import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PlannedStockEdit, useApplyEdits, usePlanEdits, useUndoRun } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import {
  Change,
  type Column,
  ErrorState,
  NoticeLine,
  Page,
  Plan,
  type State,
  StateBadge,
  showDone,
  wordsOf,
} from '@/ui';
import { levelKey, type usePending } from './pending';
import styles from './stock.module.css';

const rowId = (row: PlannedStockEdit): string => `${row.variant} ${row.location}`;
const rowName = (row: PlannedStockEdit): string => row.sku || row.title;
const states: Record<PlannedStockEdit['verdict'], State> = {
  new: 'fine',
  changed: 'waiting',
  same: 'quiet',
  stale: 'late',
  error: 'needs_you',
};
const verdicts = ['changed', 'new', 'stale', 'error', 'same'] as const;

interface Props {
  work: ReturnType<typeof usePending>;
  onBack: () => void;
}

/** Every edit before it is carried out: what was, what will be, by how much; as counts, or as adjustments with a reason. */
export function EditsPlan({ work, onBack }: Props) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const [kind, setKind] = useState<'count' | 'adjust'>('count');
  const [reason, setReason] = useState('');
  const [tab, setTab] = useState('');
  const plan = usePlanEdits();
  const apply = useApplyEdits();
  const undo = useUndoRun();
  const { edits, forget } = work;
  const { mutate } = plan;
  useEffect(() => mutate({ edits, reason: '' }), [edits, mutate]);
  const rows = plan.data?.edits ?? [];
  const counts = plan.data?.counts;
  const will = counts ? counts.changed + counts.new : 0;
  const ready = will > 0 && !plan.isPending && (kind === 'count' || reason.trim() !== '');
  const go = () => {
    if (!ready || apply.isPending) return;
    apply.mutate(
      { edits, reason: kind === 'adjust' ? reason.trim() : '' },
      {
        onSuccess: (done) => {
          forget(
            done.edits
              .filter(({ verdict }) => verdict !== 'stale' && verdict !== 'error')
              .map(({ variant, location }) => levelKey(variant ?? '', location)),
          );
          const number = done.counts.changed + done.counts.new;
          showDone(t('edits.done', { count: number, number: formatCount(number, language) }), () =>
            undo.mutate(done.run),
          );
          onBack();
        },
      },
    );
  };
  useKeys(t('edits.title'), [
    { keys: 'Mod+Enter', label: t('edits.applyKey'), run: go, inFields: true },
    { keys: 'Escape', label: t('edits.back'), run: onBack },
  ]);
  const columns = useColumns();
  return (
    <Page title={t('edits.title')}>
      <Plan<PlannedStockEdit>
        title={t('edits.levels', { count: edits.length, number: formatCount(edits.length, language) })}
        meta={t(kind === 'count' ? 'edits.countWords' : 'edits.adjustWords')}
        tabs={[
          { id: '', label: t('edits.all'), count: rows.length },
          ...verdicts
            .filter((verdict) => counts && counts[verdict] > 0)
            .map((verdict) => ({
              id: verdict,
              label: t(`edits.verdict.${verdict}`),
              count: counts?.[verdict] ?? 0,
            })),
        ]}
        tab={tab}
        onTab={setTab}
        actions={
          <>
            <SegmentedControl
              size="xs"
              value={kind}
              onChange={(value) => setKind(value as 'count' | 'adjust')}
              data={[
                { value: 'count', label: t('edits.count') },
                { value: 'adjust', label: t('edits.adjust') },
              ]}
              aria-label={t('edits.kind')}
            />
            {kind === 'adjust' && (
              <TextInput
                size="xs"
                w={180}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
                placeholder={t('edits.reason')}
                aria-label={t('edits.reason')}
                data-autofocus
              />
            )}
            <Button variant="default" onClick={onBack}>
              {t('edits.back')}
            </Button>
            <Button onClick={go} disabled={!ready} loading={apply.isPending}>
              {t('edits.apply', { count: will, number: formatCount(will, language) })}
            </Button>
          </>
        }
        notices={
          <div className={styles.notices}>
            {counts && counts.stale > 0 && (
              <NoticeLine state="late">{t('edits.stale', { count: counts.stale })}</NoticeLine>
            )}
            {apply.error && (
              <NoticeLine state="needs_you">
                {Object.values(wordsOf(apply.error, t('dialog.failed'))).join(' ')}
              </NoticeLine>
            )}
          </div>
        }
        table={{
          label: t('edits.title'),
          storageKey: 'stock.edits',
          resetKey: tab,
          columns,
          rows: tab === '' ? rows : rows.filter(({ verdict }) => verdict === tab),
          rowId,
          rowName,
          total: rows.length,
          loading: plan.isPending,
          fit: true,
          instead: plan.error ? (
            <ErrorState error={plan.error} onRetry={() => mutate({ edits, reason: '' })} />
          ) : null,
        }}
      />
    </Page>
  );
}

function useColumns(): Column<PlannedStockEdit>[] {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  return useMemo(() => {
    const text = (value: unknown) => formatQuantity(String(value), language);
    return [
      {
        id: 'sku',
        header: t('grid.sku'),
        width: 150,
        fixed: true,
        cell: (row) => <bdi className="mono clip">{row.sku}</bdi>,
      },
      {
        id: 'title',
        header: t('grid.title'),
        width: 140,
        grow: 2,
        drop: 2,
        cell: (row) => <bdi className="clip">{row.title}</bdi>,
      },
      {
        id: 'where',
        header: t('column.where'),
        width: 120,
        grow: 1,
        cell: (row) => <bdi className="clip">{row.location}</bdi>,
      },
      {
        id: 'change',
        header: t('edits.change'),
        width: 150,
        cell: (row) => (
          <Change before={row.now === null ? t('grid.notTracked') : text(row.now)} after={text(row.to)} />
        ),
      },
      {
        id: 'by',
        header: t('edits.by'),
        width: 90,
        align: 'end',
        cell: (row) => {
          const by = String(row.by);
          if (isZero(by) || row.now === null) return '';
          return by.startsWith('-') ? text(by) : `+${text(by)}`;
        },
      },
      {
        id: 'verdict',
        header: t('edits.what'),
        width: 190,
        grow: 1,
        cell: (row) => (
          <StateBadge state={states[row.verdict]} title={[row.problem, row.remedy].filter(Boolean).join(' ')}>
            {row.problem ?? t(`edits.verdict.${row.verdict}`)}
          </StateBadge>
        ),
      },
    ];
  }, [t, language]);
}
