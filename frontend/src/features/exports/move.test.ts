import { expect, it } from 'vitest';
import { moved, suggestedName } from './move';

it('moves one item', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a'], 0, 5)).toEqual(['a']);
  expect(moved([], 1, 0)).toEqual([]);
});

it('suggests a name that every system takes', () => {
  expect(suggestedName('Orders: all/none', 'csv', '2026-03-12')).toBe('Orders- all-none 2026-03-12.csv');
});
