import type { State } from '../state';

/** Where a write to another system stands. */
export type WriteStateName =
  | 'proposed'
  | 'approved'
  | 'sending'
  | 'pending'
  | 'unknown'
  | 'done'
  | 'rejected'
  | 'superseded';

/** One write to another system, as lists show it. */
export interface Write {
  /** Null in a plan that is only shown. */
  id: string | null;
  operation: keyof typeof operationKey;
  name: string;
  /** What the product is called. */
  title: string | null;
  target: string;
  location: string | null;
  place: string | null;
  record_kind: 'listing' | 'order' | 'shipment' | 'posting';
  record: string;
  state: WriteStateName;
  observed: string | null;
  observed_at: string | null;
  wanted: string;
  reason: string;
  warning: string | null;
  problem: { message: string; remedy: string } | null;
}

/** How many writes of a plan are in each state. */
export type WriteCounts = Record<WriteStateName, number>;

/** How each state of a write stands for the person who looks. */
export const writeState: Record<WriteStateName, State> = {
  proposed: 'waiting',
  approved: 'waiting',
  sending: 'waiting',
  pending: 'waiting',
  unknown: 'late',
  done: 'fine',
  rejected: 'needs_you',
  superseded: 'quiet',
};

/** Operations as keys of texts: no dot, which parts keys. */
export const operationKey = {
  'stock.set': 'stock_set',
  'price.set': 'price_set',
  'order.status': 'order_status',
  'order.ship': 'order_ship',
  'order.cancel': 'order_cancel',
  'order.refund': 'order_refund',
  'book.post': 'book_post',
  'book.undo': 'book_undo',
} as const;

/** Whether an operation says how something is to be, so that what is there now says what it changes. */
export const isAbsolute = (operation: Write['operation']): boolean =>
  operation === 'stock.set' || operation === 'price.set' || operation === 'order.status';

/** What may be asked of a write that is not settled, or was refused. */
export const canRetry = (state: WriteStateName): boolean =>
  state === 'rejected' || state === 'unknown' || state === 'pending' || state === 'approved';
export const canDrop = (state: WriteStateName): boolean =>
  state !== 'sending' && state !== 'done' && state !== 'superseded';

/** The numbers of a plan by what a person asks: what waits, is under way, wants a look, is done, was taken off. */
export function planCounts({ counts }: { counts: WriteCounts }) {
  return {
    waiting: counts.proposed,
    underWay: counts.approved + counts.sending + counts.pending,
    trouble: counts.unknown + counts.rejected,
    done: counts.done,
    off: counts.superseded,
  };
}

/** Where the record of a write has its page here. */
export const recordHref = ({ operation, record_kind, record, name }: Write): string | null => {
  if (record_kind === 'order') return `#/orders/${record}`;
  if (record_kind === 'listing' && operation === 'stock.set') return `#/stock?q=${encodeURIComponent(name)}`;
  if (record_kind === 'listing') return `#/products?q=${encodeURIComponent(name)}`;
  return null;
};
