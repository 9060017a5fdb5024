import { describe, expect, it } from 'vitest';
import { causeOf, isBad, ofCause, type Waiting } from './causes';

const problem = (row: number, column: string, code = 'amount') => ({
  row,
  column,
  code,
  found: '12,3x',
  expected: '',
  remedy: '',
  message: '',
});
const waiting = (id: string, ...problems: ReturnType<typeof problem>[]): Waiting => ({
  id,
  channel: 'Etsy',
  kind: 'order',
  source: 'file',
  number: `#${id}`,
  received_at: '2026-11-23T05:00:00Z',
  import: null,
  file_name: 'a.csv',
  rows: [2],
  problems,
});

describe('quarantine', () => {
  it('parts by cause: the same problem in the same column', () => {
    const messages = [
      waiting('1', problem(2, 'Total')),
      waiting('2', problem(3, 'Tax')),
      waiting('3', problem(4, 'Tax', 'date'), problem(4, 'Total')),
    ];
    const total = causeOf(problem(0, 'Total'));
    expect(ofCause(messages, total).map(({ id }) => id)).toEqual(['1', '3']);
    expect(ofCause(messages, undefined)).toHaveLength(3);
    expect(ofCause(messages, 'gone|')).toHaveLength(0);
  });

  it('marks the cell a problem names, in every row when it names none', () => {
    expect(isBad([problem(3, 'Total')], 3, 'Total')).toBe(true);
    expect(isBad([problem(3, 'Total')], 2, 'Total')).toBe(false);
    expect(isBad([problem(0, 'Total')], 2, 'Total')).toBe(true);
    expect(isBad([problem(3, '')], 3, 'Total')).toBe(false);
  });
});
