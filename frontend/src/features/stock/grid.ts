/** A place in the grid: a row of the list, and a column among those that can be edited. */
export interface Cell {
  row: number;
  col: number;
}
/** What is selected: from where, and to where it was drawn. */
export interface Range {
  from: Cell;
  to: Cell;
}
export interface Size {
  rows: number;
  cols: number;
}

export const bounds = ({ from, to }: Range) => ({
  top: Math.min(from.row, to.row),
  bottom: Math.max(from.row, to.row),
  left: Math.min(from.col, to.col),
  right: Math.max(from.col, to.col),
});

const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value));

/** Where a step leads; extending moves only the end of what is selected. */
export function step(range: Range, rows: number, cols: number, size: Size, extend = false): Range {
  const to = {
    row: clamp(range.to.row + rows, size.rows - 1),
    col: clamp(range.to.col + cols, size.cols - 1),
  };
  return { from: extend ? range.from : to, to };
}

/** Tab and Enter go on at the beginning of the next row or column, as a spreadsheet does. */
export function goOn(range: Range, by: 1 | -1, size: Size): Range {
  const place = clamp(range.to.row * size.cols + range.to.col + by, size.rows * size.cols - 1);
  const to = { row: Math.floor(place / size.cols), col: place % size.cols };
  return { from: to, to };
}

/** A block as spreadsheets copy it: cells between tabs, a row a line. Quoted cells may hold both. */
export function parseBlock(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const end = () => {
    rows.at(-1)?.push(cell);
    cell = '';
  };
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  for (let at = 0; at < source.length; at++) {
    const sign = source[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (source[at + 1] === '"') cell += source[at++];
      else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === '\t') end();
    else if (sign === '\n') {
      end();
      rows.push([]);
    } else cell += sign;
  }
  end();
  return rows.map((row) => row.map((each) => each.trim()));
}

/** The separators of a language: what groups thousands, and what stands before decimals. */
function separators(language: string) {
  const parts = new Intl.NumberFormat(language, { useGrouping: true }).formatToParts(1234567.8);
  const find = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return { group: find('group'), decimal: find('decimal') };
}

/** Reads a number of units as a reader of a language writes it; null for what is none. What may be either is not guessed. */
export function readQuantity(text: string, language: string): string | null {
  const { group, decimal } = separators(language);
  let bare = text.replace(/[\s\u00a0\u202f']/g, '');
  const grouped = new RegExp(`^\\d{1,3}(\\${group || ','}\\d{3})+(?=$|\\${decimal || '.'})`);
  if (group && grouped.test(bare)) bare = bare.split(group).join('');
  if (decimal !== '.' && bare.split(decimal).length === 2) bare = bare.replace(decimal, '.');
  const match = /^0*(\d+)(?:\.(\d{1,6}))?$/.exec(bare);
  if (!match) return null;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  return fraction ? `${match[1]}.${fraction}` : (match[1] ?? null);
}

/** An edit by place in the grid. */
export interface PlacedEdit extends Cell {
  text: string;
}
/** An edit by name. */
export interface NamedEdit {
  sku: string;
  location: string;
  text: string;
}

/** A block laid over the grid from a cell on; one cell fills all that is selected. Blank cells leave what is there. `beyond` is how many found no cell. */
export function layBlock(
  block: string[][],
  range: Range,
  size: Size,
): { edits: PlacedEdit[]; beyond: number } {
  const { top, left, bottom, right } = bounds(range);
  const single = block.length === 1 && block[0]?.length === 1;
  const edits: PlacedEdit[] = [];
  let beyond = 0;
  if (single) {
    for (let row = top; row <= bottom; row++)
      for (let col = left; col <= right; col++) edits.push({ row, col, text: block[0]?.[0] ?? '' });
    return { edits: edits.filter(({ text }) => text !== ''), beyond };
  }
  block.forEach((cells, down) => {
    cells.forEach((text, across) => {
      if (text === '') return;
      const cell = { row: top + down, col: left + across };
      if (cell.row >= size.rows || cell.col >= size.cols) beyond++;
      else edits.push({ ...cell, text });
    });
  });
  return { edits, beyond };
}

/** The values of the top row of what is selected, for all rows below. */
export function fillDown(range: Range, value: (cell: Cell) => string): PlacedEdit[] {
  const { top, left, bottom, right } = bounds(range);
  const edits: PlacedEdit[] = [];
  for (let col = left; col <= right; col++) {
    const text = value({ row: top, col });
    for (let row = top + 1; row <= bottom && text !== ''; row++) edits.push({ row, col, text });
  }
  return edits;
}

const isHead = (cell: string): boolean =>
  /^(sku|item|article|artikel)([ _-]?(no|nr|number|nummer))?\.?$/i.test(cell);

/** Whether a block names its rows by SKUs: it has a head that says so, or its first column has words where the others have numbers. */
export function namesSkus(block: string[][], language: string): boolean {
  const first = block[0]?.[0] ?? '';
  if (block.every((row) => row.length < 2)) return false;
  if (isHead(first)) return true;
  const number = (text: string | undefined) => text !== undefined && readQuantity(text, language) !== null;
  return (
    block.every((row) => row[0] !== '' && row.slice(1).every((each) => each === '' || number(each))) &&
    block.some((row) => !number(row[0]))
  );
}

/** A block whose first column is the SKU. Its columns are the locations that its head names, else those from a column on. `unknown` are heads that name none. */
export function namedEdits(
  block: string[][],
  locations: readonly string[],
  from: number,
): { edits: NamedEdit[]; unknown: string[] } {
  const headed = isHead(block[0]?.[0] ?? '');
  const heads = headed ? (block[0] ?? []).slice(1) : [];
  const find = (name: string) => locations.find((each) => each.toLowerCase() === name.toLowerCase());
  const columns = headed ? heads.map(find) : locations.slice(from);
  const edits: NamedEdit[] = [];
  for (const row of headed ? block.slice(1) : block)
    row.slice(1).forEach((text, at) => {
      const location = columns[at];
      if (text !== '' && row[0] && location !== undefined) edits.push({ sku: row[0], location, text });
    });
  return { edits, unknown: heads.filter((name) => name !== '' && !find(name)) };
}

/** What is selected as spreadsheets take it. */
export function copyBlock(range: Range, value: (cell: Cell) => string): string {
  const { top, left, bottom, right } = bounds(range);
  const lines: string[] = [];
  for (let row = top; row <= bottom; row++) {
    const cells: string[] = [];
    for (let col = left; col <= right; col++) cells.push(value({ row, col }));
    lines.push(cells.join('\t'));
  }
  return lines.join('\n');
}
