import { useCallback, useMemo, useReducer } from 'react';
import type { StockEdit } from '@/api';

/** A level that a person changed in the grid and that is not carried out yet. */
export interface PendingEdit {
  variant: string;
  sku: string;
  title: string;
  location: string;
  /** What was on hand when it was changed; null is not tracked. */
  was: string | null;
  to: string;
}
export type Pending = ReadonlyMap<string, PendingEdit>;

export const levelKey = (variant: string, location: string): string => `${variant} ${location}`;

interface State {
  past: Pending[];
  now: Pending;
  future: Pending[];
}
type Action =
  | { do: 'edit'; edits: readonly PendingEdit[] }
  | { do: 'forget'; keys: readonly string[] }
  | { do: 'undo' | 'redo' | 'clear' };

const most = 200;

/** What is set back to what is there is no edit any more. */
export function withEdits(now: Pending, edits: readonly PendingEdit[]): Pending {
  const next = new Map(now);
  for (const edit of edits) {
    const key = levelKey(edit.variant, edit.location);
    const before = now.get(key);
    const was = before ? before.was : edit.was;
    if (edit.to === was || (edit.to === '' && was === null) || edit.to === '') next.delete(key);
    else next.set(key, { ...edit, was });
  }
  return next;
}

export function reduce(state: State, action: Action): State {
  const { past, now, future } = state;
  switch (action.do) {
    case 'undo': {
      const before = past.at(-1);
      return before ? { past: past.slice(0, -1), now: before, future: [now, ...future] } : state;
    }
    case 'redo': {
      const [next, ...rest] = future;
      return next ? { past: [...past, now], now: next, future: rest } : state;
    }
    case 'clear':
      return { past: [], now: new Map(), future: [] };
    case 'forget': {
      const left = new Map(now);
      for (const key of action.keys) left.delete(key);
      return { past: [], now: left, future: [] };
    }
    case 'edit':
      return { past: [...past, now].slice(-most), now: withEdits(now, action.edits), future: [] };
  }
}

const empty: State = { past: [], now: new Map(), future: [] };

/** Kept while the window is open: going to another page and back loses nothing. */
let kept: State = empty;

/** The edits that wait, with their own undo and redo. */
export function usePending() {
  const [state, dispatch] = useReducer((before: State, action: Action) => {
    kept = reduce(before, action);
    return kept;
  }, kept);
  const edit = useCallback((edits: readonly PendingEdit[]) => {
    if (edits.length > 0) dispatch({ do: 'edit', edits });
  }, []);
  const forget = useCallback((keys: readonly string[]) => dispatch({ do: 'forget', keys }), []);
  const undo = useCallback(() => dispatch({ do: 'undo' }), []);
  const redo = useCallback(() => dispatch({ do: 'redo' }), []);
  const clear = useCallback(() => dispatch({ do: 'clear' }), []);
  const edits = useMemo(() => asEdits(state.now), [state.now]);
  return { pending: state.now, edits, edit, forget, undo, redo, clear, canUndo: state.past.length > 0 };
}

/** As the API takes them: each with what was seen, so that nothing is overwritten unseen. */
export const asEdits = (pending: Pending): StockEdit[] =>
  [...pending.values()].map(({ variant, location, was, to }) => ({ variant, location, was, on_hand: to }));
