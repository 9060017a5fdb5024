import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderCounts, OrderFilter } from '@/api';
import { ChannelMark, FilterChips, type FilterField } from '@/ui';
import { tabOf } from './filter';

interface Props {
  filter: OrderFilter;
  counts: OrderCounts | undefined;
  onChange: (key: string, value: string | undefined) => void;
}

const statuses = ['to_ship', 'late', 'held', 'open', 'shipped', 'cancelled'] as const;

/** The filters that narrow the tab further, as chips. */
export function OrderFilters({ filter, counts, onChange }: Props) {
  const { t } = useTranslation('orders');
  const fields = useMemo<FilterField[]>(
    () => [
      {
        id: 'channel',
        label: t('filter.channel'),
        kind: 'choice',
        options: counts?.channels.map(({ name, kind, count }) => ({
          value: name,
          label: <ChannelMark name={name} kind={kind} />,
          count,
        })),
      },
      {
        id: 'status',
        label: t('filter.status'),
        kind: 'choice',
        options: statuses.map((status) => ({ value: status, label: t(`tab.${status}`) })),
      },
      {
        id: 'tag',
        label: t('filter.tag'),
        kind: 'choice',
        options: counts?.tags.map(({ tag, count }) => ({ value: tag, label: tag, count })),
      },
      { id: 'unlinked', label: t('filter.unlinked'), kind: 'flag' },
      { id: 'placed_from', label: t('filter.from'), kind: 'date' },
      { id: 'placed_to', label: t('filter.to'), kind: 'date' },
    ],
    [t, counts],
  );
  const tab = tabOf(filter);
  // What the active tab already says is not said again as a chip.
  const said = tab === 'unlinked' ? 'unlinked' : tab && tab !== 'all' ? 'status' : null;
  return (
    <FilterChips
      fields={fields.filter(({ id }) => id !== said)}
      values={filter as Record<string, string | undefined>}
      onChange={onChange}
    />
  );
}
