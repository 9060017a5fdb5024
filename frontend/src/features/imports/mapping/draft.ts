import type { FieldInfo, FileHow, Inspection, Mapping, RecordKind } from '@/api';

/** What a person does with one column. A column that fills nothing is kept with the file and not used. */
export interface ColumnUse {
  to: string[];
  transform: string;
  words: Record<string, string>;
  /** Parts of a profile that this screen does not show; they are given back as they came. */
  join?: string;
  on?: string;
  names?: string[];
}

/** A mapping while it is being made. */
export interface Draft {
  name: string;
  kind: RecordKind;
  /** By the column's name. */
  uses: Record<string, ColumnUse>;
  constants: Record<string, string>;
  key: string;
  dateOrder: '' | 'mdy' | 'dmy';
  decimal: '' | 'point' | 'comma';
  zone: string;
  currency: string;
  clear: string;
  layout: NonNullable<Mapping['layout']>;
  channelKind?: string;
  lineIdentity?: string;
  lineWhen?: string[];
}

export const unused: ColumnUse = { to: [], transform: '', words: {} };
export const usedFor = (draft: Draft, column: string): ColumnUse => draft.uses[column] ?? unused;

/** How sure a guess of a needed field must be to take it although another field is likelier for its column. */
const sureEnough = 0.6;

/** What the program guesses: every column takes its likeliest field; a needed field nobody took is given first. */
export function guessed(inspection: Inspection, fields: readonly FieldInfo[]): Record<string, ColumnUse> {
  const uses: Record<string, ColumnUse> = {};
  const taken = new Set<string>();
  for (const { name, guess } of inspection.columns) {
    if (!guess) continue;
    uses[name] = { ...unused, to: [guess.field] };
    taken.add(guess.field);
  }
  for (const { name: needed, required } of fields) {
    if (!required || taken.has(needed)) continue;
    const found = inspection.columns.find(({ others }) =>
      others.some(({ field, confidence }) => field === needed && confidence >= sureEnough),
    );
    if (found) uses[found.name] = { ...unused, to: [needed] };
  }
  return uses;
}

/** A new mapping of a file, as guessed. */
export function draftOf(name: string, inspection: Inspection, fields: readonly FieldInfo[]): Draft {
  return {
    name,
    kind: inspection.kind as RecordKind,
    uses: guessed(inspection, fields),
    constants: {},
    key: '',
    dateOrder: '',
    decimal: '',
    zone: '',
    currency: '',
    clear: '',
    layout: {},
  };
}

/** A kept mapping, to be changed. Its columns go by the name that the file at hand has for them. */
export function draftFrom(mapping: Mapping, columns: readonly string[]): Draft {
  const uses: Record<string, ColumnUse> = {};
  for (const { names, to, transform = '', words = {}, join, on } of mapping.columns) {
    const name = names.find((each) => columns.includes(each)) ?? names[0];
    if (name) uses[name] = { to, transform, words, join, on, names };
  }
  return {
    name: mapping.name ?? '',
    kind: mapping.kind,
    uses,
    constants: mapping.constants ?? {},
    key: mapping.key?.column ?? '',
    dateOrder: (mapping.date_order ?? '') as Draft['dateOrder'],
    decimal: (mapping.decimal ?? '') as Draft['decimal'],
    zone: mapping.zone ?? '',
    currency: mapping.currency ?? '',
    clear: mapping.clear ?? '',
    layout: mapping.layout ?? {},
    channelKind: mapping.channel_kind,
    lineIdentity: mapping.line_identity,
    lineWhen: mapping.line_when,
  };
}

/** The mapping as the API takes it. What is left open stays out, so that it is found out anew for every file. */
export function mappingOf(draft: Draft, columns: readonly string[], headers: readonly string[]): Mapping {
  const used = usedColumns(draft, columns);
  const given = <T>(value: T | '' | undefined): T | undefined => (value === '' ? undefined : value);
  return {
    tradepost_profile: 1,
    name: draft.name.trim(),
    kind: draft.kind === 'edi' ? 'orders' : draft.kind, // EDI has no columns to map
    channel_kind: draft.channelKind,
    headers: [...headers],
    layout: draft.layout,
    columns: used.map((column) => {
      const { to, transform, words, join, on, names } = usedFor(draft, column);
      return {
        names: names?.includes(column) ? names : [column],
        to: to.filter(Boolean),
        transform: given(transform.trim()),
        words: Object.keys(words).length > 0 ? words : undefined,
        join: given(join),
        on: given(on),
      };
    }),
    constants: Object.keys(draft.constants).length > 0 ? draft.constants : undefined,
    key: draft.key ? { column: draft.key } : undefined,
    line_identity: draft.lineIdentity,
    line_when: draft.lineWhen,
    date_order: given(draft.dateOrder),
    decimal: given(draft.decimal),
    zone: given(draft.zone),
    currency: given(draft.currency),
    clear: given(draft.clear.trim()),
  };
}

/** The columns that fill something, in the file's order: the places that the API's problems name. */
export const usedColumns = (draft: Draft, columns: readonly string[]): string[] =>
  columns.filter((column) => usedFor(draft, column).to.some(Boolean));

/** "columns.3.transform": which column, and what of it, a problem is about. */
export function placeOf(
  field: string,
  draft: Draft,
  columns: readonly string[],
): { column: string; part: string } | null {
  const match = /^columns\.(\d+)\.(\w*)$/.exec(field);
  const column = match ? usedColumns(draft, columns)[Number(match[1])] : undefined;
  return column === undefined ? null : { column, part: match?.[2] ?? '' };
}

interface Missing {
  /** Without these no record says anything. */
  required: FieldInfo[];
  /** One of these is needed to find a known record again. */
  oneOf: FieldInfo[];
}

/** The fields that the mapping still lacks. */
export function missing(draft: Draft, fields: readonly FieldInfo[], columns: readonly string[]): Missing {
  const filled = new Set(usedColumns(draft, columns).flatMap((column) => usedFor(draft, column).to));
  for (const [field, value] of Object.entries(draft.constants)) if (value) filled.add(field);
  const required = fields.filter((field) => field.required && !filled.has(field.name));
  const keys = fields.filter(({ key }) => key);
  const oneOf = keys.some(({ name }) => filled.has(name)) ? [] : keys.filter((field) => !field.required);
  return { required, oneOf };
}

/** Columns that fill the same field: only one of them can mean it. */
export function alsoFilledBy(draft: Draft, columns: readonly string[], column: string): string[] {
  const own = usedFor(draft, column).to;
  return usedColumns(draft, columns).filter(
    (other) => other !== column && usedFor(draft, other).to.some((field) => own.includes(field)),
  );
}

export function withUse(draft: Draft, column: string, change: Partial<ColumnUse>): Draft {
  return { ...draft, uses: { ...draft.uses, [column]: { ...usedFor(draft, column), ...change } } };
}

/** The part of a layout that the inspection is asked with. */
export const howOf = (
  kind: string,
  { delimiter, encoding, sheet, header_row, description_row }: Draft['layout'],
): FileHow => ({
  kind,
  delimiter,
  encoding,
  sheet,
  header_row,
  description_row,
});

/** "laden-2026-04.csv" is one of many of its layout: the name leaves out what differs. */
export const layoutName = (file: string): string => {
  const stem = file.replace(/\.[a-z0-9]{1,5}$/i, '');
  const plain = stem
    .replace(/[\s_-]*\(?\d[\d\s_.:-]*\)?$/, '')
    .replace(/[_-]+/g, ' ')
    .trim();
  return plain || stem;
};

/** The two days that "03.04.2026" can mean, in the reader's words; null when it can only be one. */
export function twoReadings(text: string, language: string): { mdy: string; dmy: string } | null {
  const match = /^\D{0,4}(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4}|\d{2})\b/.exec(text.trim());
  if (!match) return null;
  const [first, second] = [Number(match[1]), Number(match[2])];
  const year = Number(match[3]) + ((match[3]?.length ?? 0) === 2 ? 2000 : 0);
  if (first > 12 || second > 12 || first < 1 || second < 1 || first === second) return null;
  const say = (month: number, day: number) =>
    new Intl.DateTimeFormat(language, {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    }).format(Date.UTC(year, month - 1, day));
  return { mdy: say(first, second), dmy: say(second, first) };
}
