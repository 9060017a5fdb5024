import { describe, expect, it } from 'vitest';
import type { ImportBatch } from '@/api';
import { i18next } from '@/i18n';
import { destination } from './intake/destination';
import {
  allOrders,
  applyWords,
  bringsWords,
  countsNow,
  countWords,
  fieldWords,
  readiness,
  rowWords,
  sumWords,
  toApply,
} from './words';

const t = i18next.getFixedT('en', 'imports');
const plain = (count: number) => String(count);

describe('the words of a plan', () => {
  it('names on the button what will happen, and only that', () => {
    expect(applyWords(t, { new: 3, changed: 1 }, plain)).toBe('Apply: create 3, change 1');
    expect(applyWords(t, { new: 0, changed: 12 }, plain)).toBe('Apply: change 12');
    expect(applyWords(t, { same: 4 }, plain)).toBe('Nothing to apply');
  });

  it('counts each order once: a warning is no order of its own', () => {
    const counts = { new: 3, changed: 1, same: 2, skipped: 1, error: 1, warning: 2 };
    expect(allOrders(counts)).toBe(8);
    expect(toApply(counts)).toBe(4);
  });

  it('says the counts in words, leaving out what is none', () => {
    expect(countWords(t, { new: 1, error: 2 }, false, plain)).toBe('1 new · 2 with errors');
    expect(countWords(t, {}, false, plain)).toBe('nothing');
  });

  it('says what of an import waits by now, and what is settled since', () => {
    const orders = { new: 3, changed: 0, same: 0, skipped: 0, error: 2, warning: 0, stale: 0 };
    const batch = { kind: 'orders', orders, state: 'applied', waiting: 1 } as const;
    expect(countWords(t, countsNow(batch), true, plain)).toBe(
      '3 created · 1 in quarantine · 1 settled since',
    );
    expect(sumWords(t, batch, true, plain)).toBe(
      '3 orders came in, 1 waits in quarantine, 1 that waited is settled',
    );
    expect(sumWords(t, { ...batch, waiting: 0 }, true, plain)).toBe(
      '3 orders came in, 2 that waited are settled',
    );
    const planned = { ...batch, state: 'planned', waiting: 0 } as const;
    expect(countWords(t, countsNow(planned), false, plain)).toBe('3 new · 2 with errors');
  });

  it('tells plans that are ready from those that ask, and what they bring together', () => {
    const plan = (kind: string, orders: object, more = {}) =>
      ({ kind, orders, state: 'planned', warnings: [], ...more }) as unknown as ImportBatch;
    const batches = [
      plan('orders', { new: 3, changed: 1 }),
      plan('orders', { new: 4, error: 1 }),
      plan('products', { new: 5 }, { warnings: [{ code: 'currency_needed' }] }),
      plan('stock_counts', { same: 5 }),
      plan('orders', { new: 4, changed: 1 }),
      plan('products', { changed: 2 }),
      plan('orders', { new: 9 }, { state: 'applied' }),
    ];
    const { ready, asking } = readiness(batches);
    expect(asking).toBe(2);
    expect(bringsWords(t, ready, plain)).toBe('orders: create 7, change 2; products: change 2');
  });

  it('joins rows that follow each other', () => {
    expect(rowWords([2])).toBe('2');
    expect(rowWords([2, 3, 4, 9])).toBe('2–4, 9');
    expect(rowWords([])).toBe('');
  });

  it('names a field, known or not', () => {
    expect(fieldWords(t, 'financial_status')).toBe('Payment');
    expect(fieldWords(t, 'buyer.name')).toBe('Buyer');
    expect(fieldWords(t, 'lines.colour_code')).toBe('Lines colour code');
  });
});

describe('where a drop leads', () => {
  it('opens one file, lists several, and asks about an unknown one', () => {
    expect(destination([])).toBeNull();
    expect(destination([{ file: '1', name: 'a.csv', batch: '9' }])).toBe('/import/9');
    expect(destination([{ file: '1', name: 'a.csv', batch: null }])).toBe('/import?file=1');
    expect(
      destination([
        { file: '1', name: 'a.csv', batch: '9' },
        { file: '2', name: 'b.csv', batch: null },
      ]),
    ).toBe('/import');
  });
});
