import type { Books, BooksLine, BooksMapping, BooksPosting, BooksRule, BooksSetup, BooksStock } from '@/api';
import type { State } from '@/ui';

/** The ways to narrow postings; problems and totals are lists of their own. */
export const views = [
  '',
  'waiting',
  'posted',
  'different',
  'refused',
  'problems',
  'undone',
  'totals',
] as const;
export type View = (typeof views)[number];

type Word =
  | 'waiting'
  | 'approval'
  | 'way'
  | 'refused'
  | 'dropped'
  | 'posted'
  | 'different'
  | 'gone'
  | 'undone';

/** How a posting stands, as a state and its word. */
export function standing({ state, sending, gone }: BooksPosting): { state: State; word: Word } {
  switch (state) {
    case 'posted':
      return { state: 'fine', word: 'posted' };
    case 'different':
      return { state: 'needs_you', word: gone ? 'gone' : 'different' };
    case 'refused':
      return { state: 'needs_you', word: 'refused' };
    case 'undone':
    case 'dropped':
      return { state: 'quiet', word: state };
    default:
      if (sending === 'proposed') return { state: 'waiting', word: 'approval' };
      return { state: 'waiting', word: sending ? 'way' : 'waiting' };
  }
}

/** Hundredths of an amount, as a whole number of its last decimals, so that sums are exact. */
const minor = (amount: string): bigint => BigInt(amount.replace('.', ''));

/** What stands on each side of a document, and whether both are the same. */
export function sides(lines: readonly BooksLine[]): { debit: string; even: boolean } {
  let debits = 0n;
  let credits = 0n;
  let decimals = 2;
  for (const { debit, credit } of lines) {
    for (const amount of [debit, credit]) if (amount) decimals = (amount.split('.')[1] ?? '').length;
    debits += debit ? minor(debit) : 0n;
    credits += credit ? minor(credit) : 0n;
  }
  const digits = debits.toString().padStart(decimals + 1, '0');
  const whole = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return { debit: whole, even: debits === credits };
}

/** A mapping with one of its rules changed. */
export const withRule = (mapping: BooksMapping, id: string, change: Partial<BooksRule>): BooksMapping => {
  const rule = mapping.channels[id];
  return rule ? { ...mapping, channels: { ...mapping.channels, [id]: { ...rule, ...change } } } : mapping;
};

/** The rule of stock of a mapping. */
export const stockOf = ({ stock }: BooksMapping): BooksStock =>
  stock ?? { post: false, from: '', level: 'day', value: 'ledger' };

/** How many SKUs are items whose stock the books count. */
export function countedItems({ entries }: BooksSetup, { items }: BooksMapping): number {
  const counted = new Set(
    entries
      .filter(({ kind, type, active }) => kind === 'item' && active && type.startsWith('Inventory'))
      .map(({ name }) => name.toLowerCase()),
  );
  return Object.values(items).filter(({ name }) => counted.has(name.toLowerCase())).length;
}

/** How long a ledger system that calls may be silent while postings wait for it. */
const silence = 2 * 3_600_000;

/** Whether postings wait for a ledger system that calls, and did not for long. */
export const silentFor = ({ calls, heard_at, counts }: Books, now: number): boolean =>
  calls && heard_at !== null && counts.waiting > 0 && now - Date.parse(heard_at) > silence;
