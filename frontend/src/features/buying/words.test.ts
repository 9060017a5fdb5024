import { expect, it } from 'vitest';
import { awaits, packWords, standing, typed } from './words';

const at = Date.parse('2026-11-20T12:00:00Z');

it('calls late what should have come', () => {
  expect(standing({ state: 'ordered', expected_at: '2026-11-20T11:00:00Z' }, at)).toBe('late');
  expect(standing({ state: 'partially_received', expected_at: '2026-11-21T11:00:00Z' }, at)).toBe('waiting');
  expect(standing({ state: 'ordered', expected_at: null }, at)).toBe('waiting');
  expect(standing({ state: 'received', expected_at: '2026-11-01T00:00:00Z' }, at)).toBe('fine');
  expect(standing({ state: 'draft', expected_at: '2026-11-01T00:00:00Z' }, at)).toBe('quiet');
});

it('takes in goods of what was ordered and not ended', () => {
  expect(awaits('received')).toBe(true);
  expect(awaits('draft')).toBe(false);
  expect(awaits('closed')).toBe(false);
});

it('says packs only where they say something', () => {
  expect(packWords({ packs: 4, pack: 12 })).toBe('4 × 12');
  expect(packWords({ packs: 4, pack: 1 })).toBe('');
  expect(packWords({ packs: null, pack: 12 })).toBe('');
});

it('reads a comma as a point', () => {
  expect(typed(' 12,50 ')).toBe('12.50');
});
