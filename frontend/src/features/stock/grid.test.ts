import { describe, expect, it } from 'vitest';
import {
  copyBlock,
  fillDown,
  goOn,
  layBlock,
  namedEdits,
  namesSkus,
  parseBlock,
  type Range,
  readQuantity,
  step,
} from './grid';

const at = (row: number, col: number): Range => ({ from: { row, col }, to: { row, col } });
const size = { rows: 4, cols: 3 };

describe('moving', () => {
  it('stays inside, and extends from where it began', () => {
    expect(step(at(0, 0), -1, -1, size).to).toEqual({ row: 0, col: 0 });
    expect(step(at(3, 2), 5, 5, size).to).toEqual({ row: 3, col: 2 });
    const drawn = step(step(at(1, 1), 1, 0, size, true), 0, 1, size, true);
    expect(drawn).toEqual({ from: { row: 1, col: 1 }, to: { row: 2, col: 2 } });
  });
  it('goes on in the next row', () => {
    expect(goOn(at(0, 2), 1, size).to).toEqual({ row: 1, col: 0 });
    expect(goOn(at(1, 0), -1, size).to).toEqual({ row: 0, col: 2 });
    expect(goOn(at(3, 2), 1, size).to).toEqual({ row: 3, col: 2 });
  });
});

describe('reading numbers', () => {
  it('reads them as the reader writes them', () => {
    expect(readQuantity('1,234', 'en-US')).toBe('1234');
    expect(readQuantity('1.234', 'de-DE')).toBe('1234');
    expect(readQuantity('1,5', 'de-DE')).toBe('1.5');
    expect(readQuantity('1.50', 'en-US')).toBe('1.5');
    expect(readQuantity(' 007 ', 'en-US')).toBe('7');
    expect(readQuantity('0', 'en-US')).toBe('0');
  });
  it('guesses nothing', () => {
    for (const text of ['-1', 'a', '1,5', '1,23,4', '1.2.3', '', '1.1234567', '1e3'])
      expect(readQuantity(text, 'en-US')).toBeNull();
  });
});

describe('a block', () => {
  it('is cells and lines, quoted or not', () => {
    expect(parseBlock('1\t2\r\n3\t4\r\n')).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(parseBlock('"a\tb"\t"say ""hi"""\n')).toEqual([['a\tb', 'say "hi"']]);
    expect(parseBlock('1\t\t3')).toEqual([['1', '', '3']]);
  });
  it('lies over the grid from the selected cell on, and says what found no cell', () => {
    const { edits, beyond } = layBlock(
      [
        ['1', '2'],
        ['', '4'],
        ['5', '6'],
      ],
      at(2, 1),
      size,
    );
    expect(edits).toEqual([
      { row: 2, col: 1, text: '1' },
      { row: 2, col: 2, text: '2' },
      { row: 3, col: 2, text: '4' },
    ]);
    expect(beyond).toBe(2);
  });
  it('of one cell fills all that is selected', () => {
    const { edits } = layBlock([['9']], { from: { row: 0, col: 0 }, to: { row: 1, col: 1 } }, size);
    expect(edits).toHaveLength(4);
  });
  it('names SKUs when its first column does', () => {
    expect(
      namesSkus(
        [
          ['MUG', '4'],
          ['12345', '5'],
        ],
        'en-US',
      ),
    ).toBe(true);
    expect(
      namesSkus(
        [
          ['1', '4'],
          ['2', '5'],
        ],
        'en-US',
      ),
    ).toBe(false);
    expect(
      namesSkus(
        [
          ['SKU', 'Main'],
          ['12345', '5'],
        ],
        'en-US',
      ),
    ).toBe(true);
    expect(namesSkus([['MUG'], ['BOWL']], 'en-US')).toBe(false);
    expect(
      namesSkus(
        [
          ['MUG', 'blue'],
          ['BOWL', 'red'],
        ],
        'en-US',
      ),
    ).toBe(false);
  });
  it('finds locations by their heads, whatever the order', () => {
    const { edits, unknown } = namedEdits(
      [
        ['SKU', 'annex', 'Cellar', 'Main'],
        ['MUG', '1', '2', '3'],
        ['BOWL', '', '', '4'],
      ],
      ['Main', 'Annex'],
      0,
    );
    expect(edits).toEqual([
      { sku: 'MUG', location: 'Annex', text: '1' },
      { sku: 'MUG', location: 'Main', text: '3' },
      { sku: 'BOWL', location: 'Main', text: '4' },
    ]);
    expect(unknown).toEqual(['Cellar']);
    expect(namedEdits([['MUG', '1', '2']], ['Main', 'Annex'], 1).edits).toEqual([
      { sku: 'MUG', location: 'Annex', text: '1' },
    ]);
  });
});

describe('filling and copying', () => {
  const value = ({ row, col }: { row: number; col: number }) => (col === 1 ? '' : `${row}${col}`);
  it('takes the top row down, and nothing from a blank one', () => {
    const range = { from: { row: 2, col: 1 }, to: { row: 0, col: 0 } };
    expect(fillDown(range, value)).toEqual([
      { row: 1, col: 0, text: '00' },
      { row: 2, col: 0, text: '00' },
    ]);
  });
  it('copies as spreadsheets take it', () => {
    expect(copyBlock({ from: { row: 0, col: 0 }, to: { row: 1, col: 2 } }, value)).toBe('00\t\t02\n10\t\t12');
  });
});
