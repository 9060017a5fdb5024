import { describe, expect, it } from 'vitest';
import type { OrderCounts } from '@/api';
import { knownTotal, readFilter, replaceFilter, sameFilter, tabFilter, tabOf } from './filter';

const counts: OrderCounts = {
  all: 10,
  to_ship: 4,
  late: 1,
  held: 2,
  unlinked: 3,
  cancelled: 1,
  channels: [{ name: 'Etsy', kind: 'etsy', count: 6 }],
  tags: [{ tag: 'gift', count: 2 }],
};

describe('the filter of an address', () => {
  it('holds filters only', () => {
    expect(readFilter({ channel: 'Etsy', peek: '12', view: '3', tag: '' })).toEqual({ channel: 'Etsy' });
  });

  it('is the same whatever the order of its parts', () => {
    expect(sameFilter({ channel: 'Etsy', tag: 'gift' }, { tag: 'gift', channel: 'Etsy', search: '' })).toBe(
      true,
    );
  });

  it('is put in place whole: what was filtered before is gone', () => {
    expect(replaceFilter({ tag: 'gift' })).toMatchObject({
      tag: 'gift',
      channel: undefined,
      search: undefined,
    });
  });
});

describe('tabs', () => {
  it('stand for their filter', () => {
    expect(tabOf({})).toBe('all');
    expect(tabOf(tabFilter('late'))).toBe('late');
    expect(tabOf({ unlinked: 'true', channel: 'Etsy' })).toBe('unlinked');
    expect(tabOf({ status: 'shipped' })).toBeNull();
  });
});

describe('how many match', () => {
  it('is known for a tab, a channel, a tag', () => {
    expect(knownTotal({}, counts)).toBe(10);
    expect(knownTotal(tabFilter('unlinked'), counts)).toBe(3);
    expect(knownTotal({ channel: 'Etsy' }, counts)).toBe(6);
    expect(knownTotal({ tag: 'gift' }, counts)).toBe(2);
  });

  it('is not guessed for anything else', () => {
    expect(knownTotal({ channel: 'Etsy', tag: 'gift' }, counts)).toBeNull();
    expect(knownTotal({ search: 'mug' }, counts)).toBeNull();
    expect(knownTotal({}, undefined)).toBeNull();
  });
});
