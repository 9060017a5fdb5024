import { useCallback, useState } from 'react';

/** What a page remembers while the window is open (scroll, selection, cursor), by a key of its own. */
const kept = new Map<string, unknown>();

/** Like useState, but the value is still there when the reader comes back to the page. */
export function usePageState<T>(key: string, initial: T): [T, (next: T | ((before: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => (kept.has(key) ? (kept.get(key) as T) : initial));
  const set = useCallback(
    (next: T | ((before: T) => T)) =>
      setValue((before) => {
        const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next;
        kept.set(key, after);
        return after;
      }),
    [key],
  );
  return [value, set];
}

export const remember = (key: string, value: unknown): void => void kept.set(key, value);
export const recall = <T>(key: string, otherwise: T): T => (kept.has(key) ? (kept.get(key) as T) : otherwise);

/** Like usePageState, but kept over restarts: column choices, collapsed panels. Never data. */
export function useKept<T>(key: string, initial: T): [T, (next: T) => void] {
  const name = `tradepost.${key}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(name);
      return text === null ? initial : (JSON.parse(text) as T);
    } catch {
      return initial;
    }
  });
  const set = useCallback(
    (next: T) => {
      setValue(next);
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // A full or forbidden store only means the choice is not kept.
      }
    },
    [name],
  );
  return [value, set];
}
