import type { TFunction } from 'i18next';

const known = [
  'files',
  'rows',
  'pulled',
  'orders',
  'new',
  'changed',
  'same',
  'skipped',
  'error',
  'quarantined',
  'gone',
  'warning',
  'stale',
  'removed',
  'reverted',
  'left',
  'left_out',
  'applied',
  'still',
  'purged',
  'edi_texts',
  'contacts',
  'payloads',
] as const;

/** What a run counted, in words and in a fixed order; what is none is left out, what has no word keeps its name. */
export function countLines(
  t: TFunction<'activity'>,
  counts: Readonly<Record<string, number>>,
): { label: string; count: number }[] {
  // How late a look's newest order was stands in the connection's plot: it is no count.
  const rest = Object.keys(counts).filter((key) => key !== 'lag' && !known.some((each) => each === key));
  const words = (key: string) => known.find((each) => each === key);
  return [...known, ...rest]
    .filter((key) => (counts[key] ?? 0) > 0)
    .map((key) => {
      const word = words(key);
      return { label: word ? t(`count.${word}`) : key.replaceAll('_', ' '), count: counts[key] ?? 0 };
    });
}
