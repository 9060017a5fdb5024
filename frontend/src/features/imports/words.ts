import type { TFunction } from 'i18next';
import type { ImportBatch, ImportState, Problem, Verdict } from '@/api';
import type { State } from '@/ui';

type T = TFunction<'imports'>;
type Counts = Partial<Record<Exclude<Verdict, 'returned'> | 'stale' | 'settled', number>>;
export type Kind = ImportBatch['kind'];

/** "order", "prices": what a file's records are called, by their number. */
export const nounOf = (t: T, kind: Kind, count: number): string => t(`noun.${kind}`, { count });

/** How many records of a verdict; those that went back into the plan are counted as stale. */
export const countOf = (counts: Counts, verdict: Verdict): number =>
  (verdict === 'returned' ? counts.stale : counts[verdict]) ?? 0;

export const verdicts = ['new', 'changed', 'returned', 'same', 'skipped', 'warning', 'error'] as const;

export const verdictState: Record<Verdict, State> = {
  new: 'fine',
  changed: 'waiting',
  same: 'quiet',
  returned: 'late',
  skipped: 'quiet',
  warning: 'late',
  error: 'needs_you',
};

export const importState: Record<ImportState, State> = {
  planning: 'waiting',
  planned: 'needs_you',
  applying: 'waiting',
  applied: 'fine',
  cancelled: 'quiet',
  failed: 'needs_you',
  undoing: 'waiting',
  undone: 'quiet',
};

/** Amounts name no currency and nobody has said which: nothing with an amount can come in. */
export const currencyOpen = (batch: ImportBatch): boolean =>
  batch.warnings.some(({ code }) => code === 'currency_needed');

/** A plan that was discarded, or read another way: nothing came of it. One that was stopped had begun. */
export const isPutAway = ({ state, planned_at }: ImportBatch): boolean =>
  state === 'cancelled' && planned_at === null;

export const stateWords = (t: T, batch: ImportBatch): string =>
  t(isPutAway(batch) ? 'state.put_away' : `state.${batch.state}`);

/** Work is under way: nothing else can be asked of it but to stop. */
export const isBusy = (state: ImportState): boolean =>
  state === 'planning' || state === 'applying' || state === 'undoing';

/** Orders in the file. A warning is about an order of another verdict, so it does not count again. */
export const allOrders = (counts: Counts): number =>
  (['new', 'changed', 'same', 'skipped', 'error'] as const).reduce(
    (sum, verdict) => sum + (counts[verdict] ?? 0),
    0,
  );

export const toApply = (counts: Counts): number => (counts.new ?? 0) + (counts.changed ?? 0);

/** "create 3, change 1": what the filled button does. */
export function applyWords(t: T, counts: Counts, number: (count: number) => string): string {
  const what = doesWords(t, counts, number);
  return what === '' ? t('apply.nothing') : t('apply.go', { what });
}

function doesWords(t: T, counts: Counts, number: (count: number) => string): string {
  const parts: string[] = [];
  if (counts.new) parts.push(t('apply.create', { number: number(counts.new) }));
  if (counts.changed) parts.push(t('apply.change', { number: number(counts.changed) }));
  return parts.join(', ');
}

/** The counts as they are by now: of what waited, some may have come in again, been retried or dismissed since. */
export function countsNow({
  orders,
  state,
  waiting,
}: Pick<ImportBatch, 'orders' | 'state' | 'waiting'>): Counts {
  if (state !== 'applied') return orders;
  return { ...orders, error: waiting, settled: (orders.error ?? 0) - waiting };
}

/** Plans that can be applied as they are, and how many others wait for a decision: rows with errors, a currency to name. */
export function readiness(batches: readonly ImportBatch[]): { ready: ImportBatch[]; asking: number } {
  const planned = batches.filter(({ state }) => state === 'planned');
  const asks = (batch: ImportBatch) => (batch.orders.error ?? 0) > 0 || currencyOpen(batch);
  return {
    ready: planned.filter((batch) => !asks(batch) && toApply(batch.orders) > 0),
    asking: planned.filter(asks).length,
  };
}

/** "orders: create 7, change 2; products: create 5": what several plans do together. */
export function bringsWords(
  t: T,
  batches: readonly ImportBatch[],
  number: (count: number) => string,
): string {
  const sums = new Map<Kind, { new: number; changed: number }>();
  for (const { kind, orders } of batches) {
    const sum = sums.get(kind) ?? { new: 0, changed: 0 };
    sums.set(kind, { new: sum.new + (orders.new ?? 0), changed: sum.changed + (orders.changed ?? 0) });
  }
  return [...sums].map(([kind, sum]) => `${nounOf(t, kind, 2)}: ${doesWords(t, sum, number)}`).join('; ');
}

/** "800 new, 12 changed, 3 errors": the plan, or what came of it, in one line. */
export function countWords(t: T, counts: Counts, done: boolean, number: (count: number) => string): string {
  const parts = verdicts
    .filter((verdict) => verdict !== 'returned')
    .filter((verdict) => (counts[verdict] ?? 0) > 0)
    .map((verdict) => {
      const count = counts[verdict] ?? 0;
      return t(done ? `done.${verdict}` : `count.${verdict}`, { count, number: number(count) });
    });
  if (counts.settled) parts.push(t('done.settled', { number: number(counts.settled) }));
  return parts.length > 0 ? parts.join(' · ') : t('count.none');
}

/** "812 changes, 5 warnings, 3 errors": what asks for a look, the rest is in the tabs. */
export function sumWords(
  t: T,
  batch: Pick<ImportBatch, 'kind' | 'orders' | 'state' | 'waiting'>,
  done: boolean,
  number: (count: number) => string,
): string {
  const { kind } = batch;
  const counts = countsNow(batch);
  const parts: string[] = [];
  const add = (key: 'changes' | 'applied' | 'warnings' | 'errors' | 'waiting' | 'settled', count = 0) => {
    if (count > 0)
      parts.push(t(`sum.${key}`, { count, number: number(count), noun: nounOf(t, kind, count) }));
  };
  add(done ? 'applied' : 'changes', toApply(counts));
  add('warnings', counts.warning);
  add(done ? 'waiting' : 'errors', counts.error);
  add('settled', counts.settled);
  return parts.length > 0 ? parts.join(', ') : t('sum.none');
}

/** For lists: only what came or was wrong; all of it where there is nothing of that. */
export function shortCounts(counts: Counts): Counts {
  const { new: created, changed, error, settled } = counts;
  return created || changed || error || settled ? { new: created, changed, error, settled } : counts;
}

const wholeFile = new Set([
  'zone',
  'unknown_columns',
  'same_file',
  'left',
  'stale',
  'date_order',
  'currency',
]);

/** Warnings about the file as a whole; those about single orders are in the list, under Warnings. */
export const fileNotes = (batch: ImportBatch): Problem[] =>
  batch.warnings.filter(
    ({ code, row }) => (wholeFile.has(code) || !row) && !(code === 'stale' && (batch.orders.stale ?? 0) > 0),
  );

export const zoneAsked = (batch: ImportBatch): boolean =>
  batch.zone_source === 'option' || batch.warnings.some(({ code }) => code === 'zone');

/** "2", "2–4", "2, 7": the lines of the file an order stands on. */
export function rowWords(rows: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last && row === last[1] + 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}

/** A field as people call it; one that has no name here is shown as it came, readable. */
export function fieldWords(t: T, field: string): string {
  // A dot would part the key of the text.
  const key = field.replaceAll('.', '_') as 'total';
  const name = t(`field.${key}`, { defaultValue: '' }) || t(`stated.${key as 'sku'}`, { defaultValue: '' });
  return name || field.replaceAll(/[._]/g, ' ').replace(/^./, (first) => first.toUpperCase());
}
