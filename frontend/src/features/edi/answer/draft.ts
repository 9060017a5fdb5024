import type { EdiAnswerDraft, EdiProgress } from '@/api';

/** The fields of an answer beside its lines, as they are typed. */
export interface Fields {
  number: string;
  ships: string;
  expected: string;
  carrier: string;
  tracking: string;
  tax: string;
  sscc: string;
  shipment: string;
}

/** What becomes of a line, as it is typed. */
export interface Line {
  line: string;
  quantity: string;
  later: string;
}

/** Which of the three answers a kind is: to the order, the shipment, the invoice. */
export const stageOf = (kind: string): 0 | 1 | 2 =>
  kind === '855' || kind === 'ORDRSP' ? 0 : kind === '856' || kind === 'DESADV' ? 1 : 2;

export const linesOf = (progress: readonly EdiProgress[]): Line[] =>
  progress.map(({ line, proposed }) => ({ line, quantity: proposed, later: '' }));

export function draftOf(kind: string, fields: Fields, lines: readonly Line[]): EdiAnswerDraft {
  const { number, ships, expected, carrier, tracking, tax, sscc, shipment } = fields;
  return {
    kind: kind as EdiAnswerDraft['kind'],
    number: number.trim(),
    ships,
    expected,
    carrier: carrier.trim(),
    tracking: tracking.trim(),
    tax_rate: tax.trim(),
    sscc: sscc.split(/[\s,;]+/).filter(Boolean),
    ...(shipment && { shipment }),
    lines: lines.map(({ line, quantity, later }) => ({
      line,
      quantity: quantity.trim() === '' ? '0' : quantity.trim(),
      ...(later.trim() !== '' && { later: later.trim() }),
    })),
  };
}

/** What is left of a line when some is accepted and some follows later. */
export function refused({ ordered }: EdiProgress, { quantity, later }: Line): number {
  const left = Number(ordered) - Number(quantity || 0) - Number(later || 0);
  return Number.isFinite(left) ? Math.max(0, Math.round(left * 1e6) / 1e6) : 0;
}
