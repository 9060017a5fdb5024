import type { Stocktake, Transfer } from '@/api';
import type { State } from '@/ui';

export const transferState: Record<Transfer['state'], State> = {
  draft: 'quiet',
  sent: 'waiting',
  partly: 'waiting',
  done: 'fine',
  cancelled: 'quiet',
};

export const stocktakeState: Record<Stocktake['state'], State> = {
  open: 'waiting',
  closing: 'late',
  closed: 'fine',
  discarded: 'quiet',
};

/** A number with its sign: what differs is read by it. */
export const signed = (text: string): string => (/^[-−]/.test(text) ? text : `+${text}`);
