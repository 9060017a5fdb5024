import { expect, it } from 'vitest';
import { pastedTable } from './pasted';

it('takes a table from the clipboard', () => {
  expect(pastedTable('SKU\tCount\nMUG\t5\nTOWEL\t3', 'Pasted on 3 May, 14:05')?.name).toBe(
    'Pasted on 3 May, 14.05.tsv',
  );
  expect(pastedTable('SKU,Count\r\nMUG,5\r\n', 'P')?.name).toBe('P.csv');
  expect(pastedTable('SKU;Count\nMUG;5,5', 'P')?.name).toBe('P.csv');
});

it('leaves words alone', () => {
  expect(pastedTable('MUG-1', 'P')).toBeNull();
  expect(pastedTable('one line, with a comma', 'P')).toBeNull();
  expect(pastedTable('Dear Ada,\nthank you for the mug, it is lovely.\nGrace', 'P')).toBeNull();
  expect(pastedTable('Hello, the parcel has come.\nAll good, thank you.', 'P')).toBeNull();
});
