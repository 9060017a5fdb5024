import { expect, test } from 'vitest';
import type { Books, BooksMapping, BooksSetup } from '@/api';
import { countedItems, silentFor, stockOf } from './words';

const now = Date.parse('2026-11-27T12:00:00Z');
const books = (heard_at: string | null, waiting: number, calls = true) =>
  ({ calls, heard_at, counts: { waiting, posted: 0, different: 0, refused: 0, undone: 0 } }) as Books;

test('books are silent where postings wait for a call that did not come for hours', () => {
  expect(silentFor(books('2026-11-27T09:59:00Z', 3), now)).toBe(true);
  expect(silentFor(books('2026-11-27T10:01:00Z', 3), now)).toBe(false);
  expect(silentFor(books('2026-11-20T10:01:00Z', 0), now)).toBe(false);
  expect(silentFor(books(null, 3), now)).toBe(false);
  expect(silentFor(books('2026-11-20T10:01:00Z', 3, false), now)).toBe(false);
});

test('only items whose stock the books count are counted', () => {
  const entry = (name: string, type: string, active = true) => ({ kind: 'item', name, type, active });
  const setup = {
    entries: [entry('Mug', 'Inventory'), entry('Set', 'InventoryAssembly'), entry('Old', 'Inventory', false)],
  } as BooksSetup;
  const items = { mug: { name: 'MUG' }, set: { name: 'Set' }, old: { name: 'Old' }, gift: { name: 'Gift' } };
  expect(countedItems(setup, { items } as unknown as BooksMapping)).toBe(2);
});

test('a mapping without a rule of stock posts none', () => {
  expect(stockOf({} as BooksMapping).post).toBe(false);
});
