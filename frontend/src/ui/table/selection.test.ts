import { describe, expect, it } from 'vitest';
import { allMatching, extend, isEmpty, noSelection, selectedCount, toggle, toggleLoaded } from './selection';

const loaded = ['a', 'b', 'c', 'd'];
const ids = (selection: { ids: ReadonlySet<string> }) => [...selection.ids];

describe('selection', () => {
  it('ticks and unticks', () => {
    const one = toggle(noSelection, 'b', loaded);
    expect(ids(one)).toEqual(['b']);
    expect(isEmpty(toggle(one, 'b', loaded))).toBe(true);
  });

  it('takes a range in either direction and keeps what was ticked', () => {
    const one = toggle(noSelection, 'd', loaded);
    expect(ids(extend(one, 'c', 'a', loaded)).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes only the end when the start is not loaded any more', () => {
    expect(ids(extend(noSelection, 'gone', 'c', loaded))).toEqual(['c']);
    expect(extend(noSelection, 'a', 'gone', loaded)).toBe(noSelection);
  });

  it('falls from all matching to the loaded others', () => {
    expect(ids(toggle(allMatching, 'a', loaded))).toEqual(['b', 'c', 'd']);
  });

  it('counts all matching by what the filter finds', () => {
    expect(selectedCount(allMatching, 812)).toBe(812);
    expect(selectedCount({ all: false, ids: new Set(['a']) }, 812)).toBe(1);
  });

  it('ticks the loaded, then none', () => {
    const all = toggleLoaded(noSelection, loaded);
    expect(ids(all)).toEqual(loaded);
    expect(toggleLoaded(all, loaded)).toBe(noSelection);
  });
});
