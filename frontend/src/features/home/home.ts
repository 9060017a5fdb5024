import type { DailyView, Health } from '@/api';
import { addAmounts } from '@/lib/money';

const order: Record<Health, number> = { needs_you: 0, late: 1, waiting: 2, fine: 3 };

/** What is not well comes first; among equals the order stays. */
export const worstFirst = <T extends { state: Health }>(items: readonly T[]): T[] =>
  [...items].sort((one, other) => order[one.state] - order[other.state]);

/** How many schedules that are neither late nor need anybody stand on Home; what is not well always does. */
const mostCalm = 4;

/** What stands in a short list: all that is late or needs somebody, and some of the rest; how many are left out. */
export function shortList<T extends { state: Health }>(
  items: readonly T[],
  most = mostCalm,
): { shown: T[]; more: number } {
  const sorted = worstFirst(items);
  const loud = sorted.filter(({ state }) => state === 'needs_you' || state === 'late').length;
  const shown = sorted.slice(0, Math.max(loud, most));
  // A line that says "1 more" takes the place of the one it hides.
  if (sorted.length - shown.length === 1) return { shown: sorted, more: 0 };
  return { shown, more: sorted.length - shown.length };
}

/** What was sold over all days shown, per currency: amounts of different currencies are never added. */
export function salesByCurrency(view: DailyView): { currency: string; amount: string }[] {
  const amounts = new Map<string, string[]>();
  for (const { totals } of view.channels) {
    for (const [currency, days] of Object.entries(totals)) {
      amounts.set(currency, [...(amounts.get(currency) ?? []), ...days.filter(Boolean)]);
    }
  }
  return [...amounts]
    .map(([currency, days]) => ({ currency, amount: addAmounts(days) }))
    .sort((one, other) => one.currency.localeCompare(other.currency));
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How this period compares with the one before, as a share; null when there was none. */
export const compared = (now: number, before: number): number | null =>
  before === 0 ? null : (now - before) / before;

/** The day it is in a zone, as filters want it: "2026-11-23". */
export function dayIn(zone: string, at: Date): string {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone || undefined }).format(at);
  } catch {
    return at.toISOString().slice(0, 10);
  }
}
