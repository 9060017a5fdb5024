import { expect, it } from 'vitest';
import { i18next } from '@/i18n';
import { fieldWords, standing, statusWords } from './words';

const t = i18next.getFixedT('en', 'orders');
const now = Date.parse('2026-11-23T12:00:00Z');

it('says known states in our words and others as they came', () => {
  expect(statusWords(t, 'partially_refunded')).toBe('part refunded');
  expect(statusWords(t, 'PAID')).toBe('paid');
  expect(statusWords(t, 'awaiting_customs')).toBe('awaiting customs');
  expect(statusWords(t, '')).toBe('');
  expect(fieldWords(t, 'gift_wrap')).toBe('gift wrap');
});

it('is late only while it is to be shipped and not held', () => {
  const order = { stage: 'to_ship', held: false, ship_by: '2026-11-23T11:00:00Z' } as const;
  expect(standing(order, now).word).toBe('late');
  expect(standing({ ...order, held: true }, now).word).toBe('held');
  expect(standing({ ...order, stage: 'shipped' }, now).word).toBe('shipped');
  expect(standing({ ...order, ship_by: null }, now).word).toBe('toShip');
});
