import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportRecord } from '@/api';
import { Change, type Column, Money, StateBadge, When } from '@/ui';
import { fieldWords, rowWords, verdictState } from '../words';
import styles from './Plan.module.css';

export const recordId = (record: ImportRecord): string => String(record.ordinal);
export const recordName = (record: ImportRecord): string => record.number;

export function useRecordColumns(done: boolean): Column<ImportRecord>[] {
  const { t } = useTranslation('imports');
  return useMemo(
    () => [
      {
        id: 'verdict',
        header: t(done ? 'column.outcome' : 'column.verdict'),
        width: 104,
        cell: (record) => <VerdictBadge record={record} done={done} />,
      },
      {
        id: 'number',
        header: t('column.number'),
        width: 152,
        fixed: true,
        cell: (record) =>
          record.order ? (
            <a href={`#/orders/${record.order}`} tabIndex={-1} className={styles.number}>
              {record.number}
            </a>
          ) : (
            <bdi className={styles.number} title={record.number}>
              {record.number}
            </bdi>
          ),
      },
      {
        id: 'note',
        header: t('column.note'),
        width: 160,
        grow: 2,
        cell: (record) => <Note record={record} />,
      },
      {
        id: 'buyer',
        header: t('column.buyer'),
        width: 92,
        drop: 3,
        grow: 0.6,
        cell: (record) => (
          <bdi className="ellipsis" title={record.buyer}>
            {record.buyer}
          </bdi>
        ),
      },
      {
        id: 'items',
        header: t('column.items'),
        width: 100,
        drop: 4,
        grow: 1,
        cell: (record) => (
          <bdi className="ellipsis" title={record.items}>
            {record.items}
          </bdi>
        ),
      },
      {
        id: 'total',
        header: t('column.total'),
        width: 112,
        align: 'end',
        cell: (record) => (
          <Money amount={record.total} currency={record.currency} computed={record.computed_total} />
        ),
      },
      {
        id: 'placed',
        header: t('column.placed'),
        width: 136,
        drop: 2,
        cell: (record) => <When at={record.placed_at} as="clock" />,
      },
      {
        id: 'rows',
        header: t('column.rows'),
        width: 56,
        drop: 1,
        align: 'end',
        cell: (record) => (
          <span className={`${styles.rows} ellipsis`} title={rowWords(record.rows)}>
            {rowWords(record.rows)}
          </span>
        ),
      },
    ],
    [t, done],
  );
}

interface BadgeProps {
  record: ImportRecord;
  /** The plan was applied: say what was done rather than what would be. */
  done: boolean;
  soft?: boolean;
}

export function VerdictBadge({ record, done, soft = false }: BadgeProps) {
  const { t } = useTranslation('imports');
  if (record.settled) return <StateBadge state="quiet">{t('doneVerdict.settled')}</StateBadge>;
  return (
    <StateBadge state={verdictState[record.returned ? 'returned' : record.verdict]} soft={soft}>
      {t(done && !record.returned ? `doneVerdict.${record.verdict}` : `verdict.${record.verdict}`)}
    </StateBadge>
  );
}

/** Before and after. Personal values are kept apart from the list of changes: then only that it changed is known. */
export function FieldChange({ change }: { change: ImportRecord['changes'][number] }) {
  const { t } = useTranslation('imports');
  if (!change.before && !change.after) return <span className={styles.soft}>{t('changedHere')}</span>;
  return <Change before={change.before} after={change.after} />;
}

/** The one thing to know about an order: what is wrong, what changes, or what to mind. */
export function Note({ record }: { record: ImportRecord }) {
  const { t } = useTranslation('imports');
  const problem = record.problems[0] ?? (record.changes.length === 0 ? record.warnings[0] : undefined);
  if (problem) {
    return (
      <span className="ellipsis" title={`${problem.message} ${problem.remedy}`}>
        {problem.message}
      </span>
    );
  }
  const [first, ...rest] = record.changes;
  if (!first) return null;
  return (
    <span className={styles.note} title={`${fieldWords(t, first.field)}: ${first.before} → ${first.after}`}>
      <span className={styles.soft}>{fieldWords(t, first.field)}</span>
      <FieldChange change={first} />
      {rest.length > 0 && <span className={styles.soft}>{t('moreChanges', { count: rest.length })}</span>}
    </span>
  );
}
