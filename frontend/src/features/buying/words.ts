import type { Purchase } from '@/api';
import type { State } from '@/ui';

type PurchaseState = Purchase['state'];

/** How a purchase order stands, for the eye: one that is overdue is late, whatever else it is. */
export function standing(purchase: Pick<Purchase, 'state' | 'expected_at'>, now: number): State {
  switch (purchase.state) {
    case 'ordered':
    case 'partially_received':
      return purchase.expected_at && Date.parse(purchase.expected_at) < now ? 'late' : 'waiting';
    case 'received':
      return 'fine';
    default:
      return 'quiet';
  }
}

/** Whether goods can come in of it. */
export const awaits = (state: PurchaseState): boolean =>
  state === 'ordered' || state === 'partially_received' || state === 'received';

/** "4 × 12", or the units where packs say nothing. */
export function packWords(line: { packs: number | null; pack: number }): string {
  return line.packs === null || String(line.pack) === '1' ? '' : `${line.packs} × ${line.pack}`;
}

/** A number as people type it: a comma may stand for the point. */
export const typed = (text: string): string => text.trim().replace(',', '.');
