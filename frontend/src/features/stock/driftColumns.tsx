import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Drift } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { type Column, type State, StateBadge, When } from '@/ui';
import styles from './stock.module.css';

/** The ways to narrow the report; drift is all that differs. */
export const classes = [
  'drift',
  'moved',
  'not_stuck',
  'changed',
  'not_pushed',
  'unplaced',
  'unseen',
  'same',
] as const;

export const driftState: Record<Drift['class'], State> = {
  moved: 'late',
  not_stuck: 'needs_you',
  changed: 'late',
  not_pushed: 'waiting',
  unplaced: 'needs_you',
  unseen: 'quiet',
  same: 'fine',
};
export const driftName = (row: Drift): string => `${row.name} ${row.channel}`;

/** Listing, channel, the three numbers with their ages, and why. */
export function useDriftColumns(): Column<Drift>[] {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  return useMemo(() => {
    const number = (text: string | null, at: string | null) => (
      <span className={styles.aged}>
        {text !== null && at && (
          <small>
            <When at={at} short />
          </small>
        )}
        <span>{text === null ? '' : formatQuantity(text, language)}</span>
      </span>
    );
    return [
      {
        id: 'listing',
        header: t('listing'),
        width: 150,
        grow: 1,
        fixed: true,
        cell: (row) => (
          <span className="ellipsis" title={[row.name, row.title].filter(Boolean).join(' · ')}>
            <a href={`#/stock/${row.variant}`} tabIndex={-1} className={styles.plain}>
              <bdi className="mono">{row.name}</bdi>
            </a>
          </span>
        ),
      },
      {
        id: 'channel',
        header: t('drift.channel'),
        width: 130,
        grow: 1.2,
        cell: (row) => (
          <bdi className="clip" title={[row.channel, row.location, row.from].filter(Boolean).join(' · ')}>
            {row.from ? `${row.channel} · ${row.from}` : row.channel}
          </bdi>
        ),
      },
      {
        id: 'ours',
        header: t('drift.ours'),
        width: 104,
        align: 'end',
        cell: (row) => number(row.ours, row.ours_at),
      },
      {
        id: 'told',
        header: t('told'),
        width: 116,
        align: 'end',
        drop: 2,
        cell: (row) => number(row.last_pushed, row.pushed_at),
      },
      {
        id: 'live',
        header: t('drift.live'),
        width: 116,
        align: 'end',
        cell: (row) => number(row.live, row.live_at),
      },
      {
        id: 'class',
        header: t('drift.how'),
        width: 148,
        cell: (row) => (
          <StateBadge state={driftState[row.class]}>
            {(row.class === 'moved' || row.class === 'changed') && row.mover
              ? t(`drift.movers.${row.mover}`)
              : t(`drift.class.${row.class}`)}
          </StateBadge>
        ),
      },
      {
        id: 'why',
        header: t('drift.why'),
        width: 180,
        grow: 2,
        drop: 1,
        cell: (row) => (
          <span className="ellipsis" title={row.words}>
            {row.words}
          </span>
        ),
      },
    ];
  }, [t, language]);
}
