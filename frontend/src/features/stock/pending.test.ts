import { describe, expect, it } from 'vitest';
import { asEdits, type Pending, type PendingEdit, reduce, withEdits } from './pending';

const edit = (to: string, was: string | null = '3', location = 'Main'): PendingEdit => ({
  variant: '1',
  sku: 'MUG',
  title: 'Mug',
  location,
  was,
  to,
});
const none: Pending = new Map();

describe('edits that wait', () => {
  it('keep what was seen first, however often they change', () => {
    const once = withEdits(none, [edit('5')]);
    const twice = withEdits(once, [edit('7', '4')]);
    expect(asEdits(twice)).toEqual([{ variant: '1', location: 'Main', was: '3', on_hand: '7' }]);
  });
  it('are none when they say what is there', () => {
    expect(withEdits(withEdits(none, [edit('5')]), [edit('3')]).size).toBe(0);
    expect(withEdits(none, [edit('')]).size).toBe(0);
    expect(withEdits(none, [edit('0', null)]).size).toBe(1);
  });
  it('go back and forth', () => {
    let state = { past: [] as Pending[], now: none, future: [] as Pending[] };
    state = reduce(state, { do: 'edit', edits: [edit('5'), edit('6', '1', 'Annex')] });
    state = reduce(state, { do: 'edit', edits: [edit('9')] });
    state = reduce(state, { do: 'undo' });
    expect(state.now.get('1 Main')?.to).toBe('5');
    expect(reduce(state, { do: 'redo' }).now.get('1 Main')?.to).toBe('9');
    state = reduce(state, { do: 'undo' });
    expect(state.now.size).toBe(0);
    expect(reduce(state, { do: 'undo' })).toBe(state);
  });
  it('forget what was carried out', () => {
    let state = { past: [] as Pending[], now: none, future: [] as Pending[] };
    state = reduce(state, { do: 'edit', edits: [edit('5'), edit('6', '1', 'Annex')] });
    state = reduce(state, { do: 'forget', keys: ['1 Main'] });
    expect([...state.now.keys()]).toEqual(['1 Annex']);
  });
});
