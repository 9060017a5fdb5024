import type { TFunction } from 'i18next';
import type { Order, OrderRow } from '@/api';
import type { State } from '@/ui';

type T = TFunction<'orders'>;

/** What payment states mean for the person at the packing table; the rest are shown as they came. */
const payment: Record<string, State> = {
  pending: 'waiting',
  authorized: 'waiting',
  unpaid: 'waiting',
  partially_paid: 'waiting',
  partially_refunded: 'quiet',
  refunded: 'quiet',
  voided: 'quiet',
};
export const paymentState = (status: string): State | null => payment[status.toLowerCase()] ?? null;

/** "partially_refunded" as people write it. Known words come translated, others as the source says them. */
export function statusWords(t: T, status: string | null): string {
  if (!status) return '';
  return t(`status.${status.toLowerCase()}` as 'status.paid', { defaultValue: plain(status) });
}
export const fieldWords = (t: T, field: string): string =>
  t(`field.${field}` as 'field.total', { defaultValue: plain(field) });

const plain = (text: string) => text.replaceAll('_', ' ');

/** Where an order stands: the one state a list row shows. */
export function standing(order: Pick<Order | OrderRow, 'stage' | 'held' | 'ship_by'>, now: number) {
  if (order.stage === 'cancelled') return { state: 'quiet', word: 'cancelled' } as const;
  if (order.stage === 'shipped') return { state: 'fine', word: 'shipped' } as const;
  if (order.held) return { state: 'needs_you', word: 'held' } as const;
  if (order.ship_by && Date.parse(order.ship_by) < now) return { state: 'late', word: 'late' } as const;
  if (order.stage === 'to_ship') return { state: 'waiting', word: 'toShip' } as const;
  return { state: 'quiet', word: 'open' } as const;
}
