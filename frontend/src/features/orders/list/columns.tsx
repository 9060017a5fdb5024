import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '@/api';
import { href } from '@/lib/nav';
import { useNow } from '@/lib/now';
import { ChannelMark, type Column, Money, StateBadge, When } from '@/ui';
import { paymentState, standing, statusWords } from '../words';
import styles from './cells.module.css';

export const rowId = (row: OrderRow): string => row.id;
export const rowName = (row: OrderRow): string => row.number;

/** The columns of the orders list; `narrow` shows a channel by its letter only. */
export function useOrderColumns(narrow: boolean): Column<OrderRow>[] {
  const { t } = useTranslation('orders');
  return useMemo(
    () => [
      {
        id: 'number',
        header: t('column.number'),
        width: 158,
        fixed: true,
        cell: (row) => (
          <a
            href={href(`/orders/${row.id}`)}
            tabIndex={-1}
            className={`${styles.number} mono`}
            title={row.number}
          >
            {row.number}
          </a>
        ),
      },
      {
        id: 'channel',
        header: t('column.channel'),
        short: narrow ? t('column.channelShort') : undefined,
        width: narrow ? 42 : 112,
        cell: (row) => <ChannelMark name={row.channel} kind={row.kind} compact={narrow} />,
      },
      {
        id: 'placed',
        header: t('column.placed'),
        width: 88,
        drop: 3,
        cell: (row) => <When at={row.placed_at} precision={row.placed_precision} short />,
      },
      {
        id: 'buyer',
        header: t('column.buyer'),
        width: 90,
        grow: 2,
        cell: (row) => (
          <bdi title={row.buyer} className="clip">
            {row.buyer}
          </bdi>
        ),
      },
      { id: 'items', header: t('column.items'), width: 120, grow: 2, cell: (row) => <Items row={row} /> },
      {
        id: 'total',
        header: t('column.total'),
        width: 112,
        align: 'end',
        cell: (row) => <Money amount={row.total} currency={row.currency} computed={row.computed_total} />,
      },
      {
        id: 'paid',
        header: t('column.paid'),
        width: 112,
        drop: 4,
        cell: (row) => <Status status={row.financial_status} />,
      },
      { id: 'ship_by', header: t('column.shipBy'), width: 98, drop: 2, cell: (row) => <ShipBy row={row} /> },
      {
        id: 'fulfillment',
        header: t('column.fulfillment'),
        width: 112,
        drop: 5,
        hidden: true,
        cell: (row) => <Status status={row.fulfillment_status} />,
      },
      {
        id: 'tags',
        header: t('column.tags'),
        width: 104,
        drop: 6,
        grow: 0.5,
        cell: (row) => <Tags tags={row.tags} most={1} />,
      },
    ],
    [t, narrow],
  );
}

function Items({ row }: { row: OrderRow }) {
  const { t } = useTranslation('orders');
  return (
    <span className={styles.cell}>
      <span className={styles.items}>
        <bdi className="clip" title={row.items}>
          {row.items}
        </bdi>
        {row.unlinked > 0 && (
          <span className={styles.unlinked}>
            <StateBadge state="needs_you" title={t('unlinkedLines', { count: row.unlinked })}>
              {t('unlinked')}
            </StateBadge>
          </span>
        )}
      </span>
    </span>
  );
}

export function Status({ status }: { status: string | null }) {
  const { t } = useTranslation('orders');
  if (!status) return null;
  const state = paymentState(status);
  const words = statusWords(t, status);
  return state === 'waiting' ? (
    <StateBadge state={state}>{words}</StateBadge>
  ) : (
    <bdi className={styles.soft}>{words}</bdi>
  );
}

/** The clock while it runs; what became of the order once it does not matter any more. */
function ShipBy({ row }: { row: OrderRow }) {
  const { t } = useTranslation('orders');
  const { state, word } = standing(row, useNow());
  if (word === 'toShip') return <When at={row.ship_by} />;
  if (word === 'shipped' || word === 'cancelled')
    return <span className={styles.soft}>{t(`standing.${word}`)}</span>;
  if (word === 'open') return null;
  return (
    <StateBadge state={state}>
      {word === 'late' ? <When at={row.ship_by} /> : t(`standing.${word}`)}
    </StateBadge>
  );
}

/** The first tags; how many more there are is said, their names are in the hover. */
export function Tags({ tags, most = tags.length }: { tags: string[]; most?: number }) {
  if (tags.length === 0) return null;
  return (
    <span className={styles.tags} title={tags.join(', ')}>
      {tags.slice(0, most).map((tag) => (
        <bdi key={tag} className={styles.tag}>
          {tag}
        </bdi>
      ))}
      {tags.length > most && <span className={styles.soft}>{`+${tags.length - most}`}</span>}
    </span>
  );
}
