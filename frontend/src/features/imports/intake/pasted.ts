/** How many rows of a text are looked at to tell whether it is a table. */
const looked = 20;

/** A table copied from a spreadsheet or a web page, as a file; null when the text is none. */
export function pastedTable(text: string, name: string): File | null {
  const rows = text.split(/\r\n|\r|\n/).filter((row) => row.trim() !== '');
  if (rows.length < 2) return null;
  const first = rows.slice(0, looked);
  // Quoted cells may hold line breaks: so most rows, not all, need as many cells as the first.
  const parts = (sign: string) => {
    const cells = (rows[0] ?? '').split(sign).length;
    const alike = first.filter((row) => row.split(sign).length >= cells).length;
    return cells > 1 && alike * 2 > first.length;
  };
  if (parts('\t')) return file(text, `${name}.tsv`);
  if (parts(';') || parts(',')) return isProse(first) ? null : file(text, `${name}.csv`);
  return null;
}

/** Sentences have commas too; a row of columns' names ends in none and in no full stop, and they are short. */
const isProse = (rows: readonly string[]): boolean =>
  /[.!?,;]\s*$/.test(rows[0] ?? '') ||
  (rows[0] ?? '').split(/[;,]/).some((cell) => cell.trim().split(/\s+/).length > 6);

const file = (text: string, name: string) =>
  new File([text], name.replaceAll(/[\\/:*?"<>|]/g, '.'), { type: 'text/plain' });
