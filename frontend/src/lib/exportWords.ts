/** A value as a word of an export's filter: quoted where it has blanks. */
const word = (key: string, value: string, operator = '='): string =>
  /[\s"]/.test(value) ? `${key}${operator}"${value.replaceAll('"', '')}"` : `${key}${operator}${value}`;

/** The filter of the list of orders in the words that exports understand: status=to_ship placed>=2026-01-01. */
export function exportWords(filter: Record<string, string | undefined>): string {
  const words: string[] = [];
  for (const key of ['status', 'channel', 'tag', 'search'] as const) {
    const value = filter[key];
    if (value) words.push(word(key, value));
  }
  if (filter.unlinked) words.push('unlinked');
  if (filter.placed_from) words.push(word('placed', filter.placed_from, '>='));
  if (filter.placed_to) words.push(word('placed', filter.placed_to, '<='));
  return words.join(' ');
}
