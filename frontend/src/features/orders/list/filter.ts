import type { OrderCounts, OrderFilter } from '@/api';
import type { SearchParams } from '@/lib/nav';

const filterKeys = [
  'channel',
  'status',
  'search',
  'tag',
  'unlinked',
  'placed_from',
  'placed_to',
] as const satisfies (keyof OrderFilter)[];

export const tabs = ['all', 'to_ship', 'late', 'held', 'unlinked', 'cancelled'] as const;
export type Tab = (typeof tabs)[number];

/** The filter an address names; what is not a filter is left out. */
export function readFilter(params: SearchParams): OrderFilter {
  const filter: Record<string, string> = {};
  for (const key of filterKeys) {
    const value = params[key];
    if (value !== undefined && value !== '') filter[key] = value;
  }
  return filter as OrderFilter;
}

/** The change of the address that puts exactly this filter in place. */
export function replaceFilter(filter: OrderFilter): Record<string, string | undefined> {
  return Object.fromEntries(filterKeys.map((key) => [key, filter[key]]));
}

export const tabFilter = (tab: Tab): OrderFilter =>
  tab === 'all' ? {} : tab === 'unlinked' ? { unlinked: 'true' } : { status: tab };

export const sameFilter = (one: object, other: object): boolean => signature(one) === signature(other);
export const signature = (filter: object): string =>
  JSON.stringify(
    Object.entries(filter)
      .filter(([, value]) => value !== undefined && value !== '')
      .sort(),
  );

/** The tab a filter stands under; other filters narrow it further. */
export function tabOf(filter: OrderFilter): Tab | null {
  if (filter.status) return tabs.find((tab) => tab === filter.status) ?? null;
  return filter.unlinked ? 'unlinked' : 'all';
}

/** How many orders a filter finds, where the counts say it; null where only reading on would tell. */
export function knownTotal(filter: OrderFilter, counts: OrderCounts | undefined): number | null {
  if (!counts) return null;
  const used = Object.entries(filter).filter(([, value]) => value !== undefined);
  if (used.length === 0) return counts.all;
  if (used.length > 1) return null;
  const tab = tabs.find((each) => sameFilter(filter, tabFilter(each)));
  if (tab) return counts[tab];
  if (filter.channel) return counts.channels.find(({ name }) => name === filter.channel)?.count ?? null;
  if (filter.tag) return counts.tags.find(({ tag: name }) => name === filter.tag)?.count ?? null;
  return null;
}
