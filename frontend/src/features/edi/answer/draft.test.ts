import { expect, it } from 'vitest';
import type { EdiProgress } from '@/api';
import { draftOf, linesOf, refused, stageOf } from './draft';

const progress = { line: '2', ordered: '12', proposed: '12' } as EdiProgress;
const fields = {
  number: ' SO-1 ',
  ships: '',
  expected: '',
  carrier: '',
  tracking: '',
  tax: '',
  sscc: '',
  shipment: '',
};

it('says what becomes of each line', () => {
  expect(linesOf([progress])).toEqual([{ line: '2', quantity: '12', later: '' }]);
  expect(refused(progress, { line: '2', quantity: '6', later: '4' })).toBe(2);
  expect(refused(progress, { line: '2', quantity: 'a few', later: '' })).toBe(0);
  expect(refused({ ...progress, ordered: '0.3' }, { line: '2', quantity: '0.1', later: '' })).toBe(0.2);
});

it('asks for what was typed', () => {
  const lines = [
    { line: '1', quantity: '', later: '' },
    { line: '2', quantity: '6', later: '4' },
  ];
  const draft = draftOf('856', { ...fields, sscc: '106141410000000017\n106141410000000024' }, lines);
  expect(draft.number).toBe('SO-1');
  expect(draft.sscc).toHaveLength(2);
  expect(draft.shipment).toBeUndefined();
  expect(draftOf('856', { ...fields, shipment: '7' }, lines).shipment).toBe('7');
  expect(draft.lines).toEqual([
    { line: '1', quantity: '0' },
    { line: '2', quantity: '6', later: '4' },
  ]);
});

it('knows which answer a kind is', () => {
  expect(['855', 'ORDRSP', '856', 'DESADV', '810', 'INVOIC'].map(stageOf)).toEqual([0, 0, 1, 1, 2, 2]);
});
