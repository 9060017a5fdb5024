import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Run } from '@/api';
import { toWork } from './frame/work';
import { matchItems } from './palette/items';
import { sectionOf, sections, subpages } from './sections';

const now = Date.parse('2026-11-23T12:00:10Z');
const run = (progress: Run['progress']) =>
  ({ id: '1', title: 'Importing', progress, started_at: '2026-11-23T12:00:00Z' }) as Run;

it('says how long work still takes only when the pace is known', () => {
  expect(toWork([run({ done: 25, total: 100 })], now)[0]?.left).toBe(30_000);
  expect(toWork([run({ done: 0, total: 100 })], now)[0]?.left).toBeNull();
  expect(toWork([run({ done: 0, total: 0 })], now)[0]?.left).toBeNull();
  expect(toWork([run({ done: 5, total: 100 })], Date.parse('2026-11-23T12:00:01Z'))[0]?.left).toBeNull();
});

it('finds palette items by words in any order', () => {
  const items = [{ id: '1', group: 'Go to', title: 'Colours: dark', run: () => {} }];
  expect(matchItems(items, 'dark colours')).toHaveLength(1);
  expect(matchItems(items, 'dark orders')).toHaveLength(0);
});

it('reaches every page by its name', () => {
  const router = readFileSync(join(import.meta.dirname, 'router.tsx'), 'utf8');
  const pages = [...router.matchAll(/\bpage\('([^']+)'/g)].map(([, path]) => path);
  const named = [...sections.map(({ path }) => path), ...Object.values(subpages)];
  const reached = new Set(named.map((path) => path.split('?')[0]));
  // A mapping is of a file: the way there is through it.
  expect(pages.filter((path) => !reached.has(path ?? '') && path !== '/import/map')).toEqual([]);
});

it('knows the section of a record', () => {
  expect(sectionOf('/orders/12')?.id).toBe('orders');
  expect(sectionOf('/')?.id).toBe('home');
  expect(sectionOf('/ordersish')).toBeUndefined();
});
