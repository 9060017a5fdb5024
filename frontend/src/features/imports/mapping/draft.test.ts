import { describe, expect, it } from 'vitest';
import type { FieldInfo, Inspection } from '@/api';
import {
  alsoFilledBy,
  draftFrom,
  draftOf,
  layoutName,
  mappingOf,
  missing,
  placeOf,
  twoReadings,
  withUse,
} from './draft';

const field = (name: string, more: Partial<FieldInfo> = {}): FieldInfo => ({
  name,
  label: name,
  group: 'Order',
  type: 'text',
  key: false,
  required: false,
  words: [],
  ...more,
});
const fields = [field('number', { key: true, required: true }), field('external_id'), field('total')];
const guess = (name: string, confidence: number) => ({ field: name, label: name, confidence, reason: '' });
const column = (name: string, best: string | null, others: ReturnType<typeof guess>[] = []) => ({
  index: 0,
  name,
  header: name,
  samples: [],
  filled: 1,
  guess: best ? guess(best, 0.95) : null,
  others,
});
const inspection = {
  kind: 'orders',
  columns: [
    column('Ref', 'external_id', [guess('number', 0.9)]),
    column('Shelf', null),
    column('Sum', 'total'),
  ],
} as unknown as Inspection;
const columns = ['Ref', 'Shelf', 'Sum'];

describe('a mapping that is being made', () => {
  const draft = draftOf('Shop', inspection, fields);

  it('gives a needed field to the column that may be it, rather than to none', () => {
    expect(draft.uses.Ref?.to).toEqual(['number']);
    expect(missing(draft, fields, columns).required).toEqual([]);
  });

  it('sends what is used, keeps what is not, and leaves out what is left open', () => {
    const mapping = mappingOf(draft, columns, columns);
    expect(mapping.columns.map(({ names }) => names[0])).toEqual(['Ref', 'Sum']);
    expect(mapping.headers).toEqual(columns);
    expect(mapping.date_order).toBeUndefined();
    expect(mapping.key).toBeUndefined();
  });

  it('comes back as it was kept', () => {
    const changed = withUse({ ...draft, dateOrder: 'dmy', currency: 'EUR' }, 'Sum', {
      transform: 'value',
      words: { a: 'b' },
    });
    const kept = mappingOf(changed, columns, columns);
    expect(mappingOf(draftFrom(kept, columns), columns, columns)).toEqual(kept);
  });

  it('says what is missing, and when a key is', () => {
    const bare = withUse(draft, 'Ref', { to: [] });
    expect(missing(bare, fields, columns).required.map(({ name }) => name)).toEqual(['number']);
    const either = [field('sku', { key: true }), field('gtin', { key: true })];
    expect(missing(bare, either, columns).oneOf.map(({ name }) => name)).toEqual(['sku', 'gtin']);
    expect(missing({ ...bare, constants: { sku: 'A' } }, either, columns).oneOf).toEqual([]);
  });

  it('finds the column a problem is about among those that are used', () => {
    expect(placeOf('columns.1.transform', draft, columns)).toEqual({ column: 'Sum', part: 'transform' });
    expect(placeOf('columns.9.to', draft, columns)).toBeNull();
    expect(placeOf('columns', draft, columns)).toBeNull();
  });

  it('sees two columns that fill the same field', () => {
    expect(alsoFilledBy(withUse(draft, 'Shelf', { to: ['total'] }), columns, 'Sum')).toEqual(['Shelf']);
  });
});

it('names a layout by what does not change from file to file', () => {
  expect(layoutName('laden_export-2026-04-03.csv')).toBe('laden export');
  expect(layoutName('orders (3).xlsx')).toBe('orders');
  expect(layoutName('2026.csv')).toBe('2026');
});

it('offers both readings of a date only where there are two', () => {
  expect(twoReadings('03.04.2026', 'en-GB')).toEqual({ mdy: '4 March 2026', dmy: '3 April 2026' });
  expect(twoReadings('23.04.2026', 'en')).toBeNull();
  expect(twoReadings('04/04/26', 'en')).toBeNull();
  expect(twoReadings('2026-04-03', 'en')).toBeNull();
});
