import { describe, expect, it } from 'vitest';
import type { EdiSegment } from '@/api';
import { pieces } from './marks';

const element = (at: number, value: string, number: number, part = 0, length = value.length) => ({
  name: `REF0${number}`,
  label: '',
  value,
  meaning: '',
  at,
  length,
  element: number,
  part,
});

const segment = (raw: string, elements: ReturnType<typeof element>[], wrong?: number): EdiSegment =>
  ({
    raw,
    elements,
    errors: wrong ? [{ element: wrong, component: null, level: 'error' }] : [],
  }) as unknown as EdiSegment;

describe('pieces', () => {
  it('gives back the segment, whatever is in it', () => {
    const one = segment('REF*DP**Ünit', [element(4, 'DP', 1), element(8, 'Ünit', 3)]);
    expect(
      pieces(one)
        .map(({ text }) => text)
        .join(''),
    ).toBe(one.raw);
    expect(pieces(one).filter((piece) => piece.element)).toHaveLength(2);
  });
  it('keeps release characters, which a value has not', () => {
    const one = segment("FTX+AAI+++ring first?: it's 4", [
      element(4, 'AAI', 1),
      element(10, "ring first: it's 4", 4, 0, 19),
    ]);
    expect(pieces(one).map(({ text }) => text)).toEqual(['FTX+', 'AAI', '+++', "ring first?: it's 4"]);
  });
  it('marks the element that is wrong, and no other', () => {
    const one = segment('REF*DP*042', [element(4, 'DP', 1), element(7, '042', 2)], 2);
    expect(pieces(one).map((piece) => piece.error !== undefined)).toEqual([false, false, false, true]);
  });
});
