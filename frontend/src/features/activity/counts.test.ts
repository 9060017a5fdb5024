import { describe, expect, it } from 'vitest';
import { i18next } from '@/i18n';
import { countLines } from './counts';

describe('the counts of a run', () => {
  const t = i18next.getFixedT('en', 'activity');
  it('come in one order, without what is none, and keep names it does not know', () => {
    expect(countLines(t, { parcels_seen: 2, error: 0, changed: 1, new: 3 })).toEqual([
      { label: 'New orders', count: 3 },
      { label: 'Changed orders', count: 1 },
      { label: 'parcels seen', count: 2 },
    ]);
  });
});
