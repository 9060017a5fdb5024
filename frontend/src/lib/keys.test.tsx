import { renderHook } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { handleKey, pressed, useKeyGroups, useKeys } from './keys';

const press = (key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body, at = 0) => {
  const event = new KeyboardEvent('keydown', { key, cancelable: true, ...init });
  Object.defineProperty(event, 'target', { value: target });
  return handleKey(event, at);
};

describe('pressed', () => {
  it.each([
    ['j', {}, 'j'],
    ['T', { shiftKey: true }, 'Shift+t'],
    ['?', { shiftKey: true }, '?'],
    [' ', {}, 'Space'],
    ['k', { ctrlKey: true }, 'Mod+k'],
  ])('%s with %o is %s', (key, init, name) => {
    expect(pressed(new KeyboardEvent('keydown', { key, ...init }))).toBe(name);
  });
});

describe('keys', () => {
  it('run a sequence only within its time', () => {
    const run = vi.fn();
    renderHook(() => useKeys('one', [{ keys: 'g o', label: 'orders', run }]));
    press('g', {}, document.body, 0);
    expect(press('o', {}, document.body, 500)).toBe(true);
    press('g', {}, document.body, 1000);
    expect(press('o', {}, document.body, 9000)).toBe(false);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('leave text fields alone, but for those meant for them', () => {
    const letter = vi.fn();
    const palette = vi.fn();
    const field = document.createElement('input');
    renderHook(() =>
      useKeys('one', [
        { keys: 'j', label: 'next', run: letter },
        { keys: 'Mod+k', label: 'palette', run: palette, inFields: true },
      ]),
    );
    expect(press('j', {}, field)).toBe(false);
    expect(press('k', { ctrlKey: true }, field)).toBe(true);
    expect(letter).not.toHaveBeenCalled();
    expect(palette).toHaveBeenCalledTimes(1);
  });

  it('leave Enter and Space to a focused button', () => {
    const run = vi.fn();
    const button = document.createElement('button');
    renderHook(() => useKeys('one', [{ keys: 'Enter', label: 'open', run }]));
    expect(press('Enter', {}, button)).toBe(false);
    expect(press('Enter')).toBe(true);
  });

  it('let the nearest layer win, whatever came first', () => {
    const near = vi.fn();
    const far = vi.fn();
    renderHook(() => useKeys('page', [{ keys: 'j', label: 'page', run: near }]));
    renderHook(() => useKeys('frame', [{ keys: 'j', label: 'frame', run: far }], 'everywhere'));
    press('j');
    expect(near).toHaveBeenCalledTimes(1);
    expect(far).not.toHaveBeenCalled();
    const { result } = renderHook(() => useKeyGroups());
    expect(result.current.map(({ title }) => title)).toEqual(['page', 'frame']);
  });

  it('are gone with their screen', () => {
    const run = vi.fn();
    const { unmount } = renderHook(() => useKeys('one', [{ keys: 'j', label: 'next', run }]));
    unmount();
    expect(press('j')).toBe(false);
  });
});
