import type { TFunction } from 'i18next';
import type { EdiDocument, EdiWaiting } from '@/api';
import type { State } from '@/ui';

type T = TFunction<'edi'>;

const acks: Record<string, State> = { accepted: 'fine', noted: 'late', part: 'late', rejected: 'needs_you' };

/** How a document stands, in a word: what its receiver said, else how far it is. */
export function standing(document: EdiDocument): { state: State; word: string } {
  const { direction, status, ack, delivery } = document;
  if (status === 'waits') return { state: 'needs_you', word: 'waits' };
  if (status === 'refused') return { state: 'needs_you', word: 'refused' };
  if (isAck(document)) {
    if (direction === 'in') return { state: 'quiet', word: 'read' };
    return delivery === 'sent' ? { state: 'quiet', word: 'sent' } : unsent(delivery);
  }
  if (ack !== '') return { state: acks[ack] ?? 'quiet', word: `${direction}_${ack}` };
  if (direction === 'in') return { state: 'quiet', word: 'taken' };
  return delivery === 'sent' ? { state: 'waiting', word: 'sent' } : unsent(delivery);
}

const unsent = (delivery: string): { state: State; word: string } =>
  delivery === 'unknown'
    ? { state: 'needs_you', word: 'unknown' }
    : { state: 'late', word: delivery === '' ? 'made' : 'prepared' };

export const isAck = ({ type }: EdiDocument): boolean => ['997', '999', 'TA1', 'CONTRL'].includes(type);

/** "855 to send", "their 997": what is waited for. */
export function waitingWords(t: T, { who, what, kind }: EdiWaiting): string {
  if (what === 'delivery') return t('waiting.delivery');
  if (what === 'correction') return t('waiting.correction', { kind });
  if (what === 'quarantine') return t('waiting.quarantine');
  return t(who === 'us' ? 'waiting.us' : 'waiting.partner', { kind });
}

/** What a document is called: its type and what that is. */
export const nameOf = (t: T, { type, label }: EdiDocument): string =>
  type === '' ? t('nothing') : [type, label].filter(Boolean).join(' ');
