import { describe, expect, it } from 'vitest';
import type { DailyView } from '@/api';
import { compared, dayIn, salesByCurrency, shortList, worstFirst } from './home';

describe('home', () => {
  it('puts what is not well first and keeps the order among equals', () => {
    const states = ['fine', 'late', 'fine', 'needs_you', 'waiting'] as const;
    const sorted = worstFirst(states.map((state, id) => ({ id, state })));
    expect(sorted.map(({ id }) => id)).toEqual([3, 1, 4, 0, 2]);
  });

  it('keeps the list of schedules short, and hides nothing that is not well', () => {
    const some = (fine: number, late: number) => [
      ...Array.from({ length: fine }, () => ({ state: 'fine' as const })),
      ...Array.from({ length: late }, () => ({ state: 'late' as const })),
    ];
    const short = (fine: number, late: number) => {
      const { shown, more } = shortList(some(fine, late));
      return [shown.length, shown.filter(({ state }) => state === 'late').length, more];
    };
    expect(short(3, 0)).toEqual([3, 0, 0]);
    expect(short(5, 0)).toEqual([5, 0, 0]);
    expect(short(20, 0)).toEqual([4, 0, 16]);
    expect(short(20, 2)).toEqual([4, 2, 18]);
    expect(short(20, 9)).toEqual([9, 9, 20]);
    expect(shortList(Array.from({ length: 9 }, () => ({ state: 'waiting' as const }))).more).toBe(5);
  });

  it('adds up exactly and never over currencies', () => {
    const view: DailyView = {
      days: ['2026-11-01', '2026-11-02'],
      channels: [
        { name: 'A', kind: 'etsy', orders: [1, 1], totals: { USD: ['0.10', '0.20'], KWD: ['1.005', '0'] } },
        { name: 'B', kind: 'ebay', orders: [1, 0], totals: { USD: ['0.30', ''] } },
      ],
      previous: [0, 0],
    };
    expect(salesByCurrency(view)).toEqual([
      { currency: 'KWD', amount: '1.005' },
      { currency: 'USD', amount: '0.60' },
    ]);
  });

  it('compares with the period before, or not at all', () => {
    expect(compared(12, 10)).toBeCloseTo(0.2);
    expect(compared(12, 0)).toBeNull();
  });

  it('knows which day it is where the merchant is', () => {
    expect(dayIn('America/New_York', new Date('2026-11-23T03:00:00Z'))).toBe('2026-11-22');
    expect(dayIn('Asia/Tokyo', new Date('2026-11-22T18:00:00Z'))).toBe('2026-11-23');
    expect(dayIn('Nowhere/Land', new Date('2026-11-23T03:00:00Z'))).toBe('2026-11-23');
  });
});
