import { expect, it } from 'vitest';
import { type Column, fitColumns, gridTemplate, visibleColumns } from './columns';

const column = (id: string, more: Partial<Column<string>> = {}): Column<string> => ({
  id,
  header: id,
  width: 100,
  cell: () => null,
  ...more,
});
const columns = [
  column('number', { fixed: true }),
  column('buyer', { grow: 2 }),
  column('paid', { drop: 1 }),
  column('tags', { drop: 2, hidden: true }),
];
const names = (shown: Column<string>[]) => shown.map(({ id }) => id);

it('shows the usual columns until some are chosen', () => {
  expect(names(visibleColumns(columns, null))).toEqual(['number', 'buyer', 'paid']);
  expect(names(visibleColumns(columns, ['tags']))).toEqual(['number', 'tags']);
});

it('drops the least needed first, and what must stay never', () => {
  expect(names(fitColumns(columns, 400, false))).toHaveLength(4);
  expect(names(fitColumns(columns, 399, false))).toEqual(['number', 'buyer', 'paid']);
  expect(names(fitColumns(columns, 10, true))).toEqual(['number', 'buyer']);
});

it('lets columns grow into the room that is left', () => {
  expect(gridTemplate(columns.slice(0, 2), true)).toBe('34px 100px minmax(100px, 2fr)');
});
