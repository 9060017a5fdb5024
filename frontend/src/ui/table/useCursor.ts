import { useCallback, useEffect, useMemo, useRef } from 'react';
import { usePageState } from '@/lib/pageState';

/**
 * The row the keys act on, kept by id so that a fresh read does not move it. In a list that is worked off it passes to
 * the row that takes the place of one that went.
 */
export function useCursor<R>(
  storageKey: string,
  rows: readonly R[],
  rowId: (row: R) => string,
  workedOff = false,
) {
  const [id, setId] = usePageState<string | null>(`${storageKey}.cursor`, null);
  const ids = useMemo(() => rows.map(rowId), [rows, rowId]);
  const places = useMemo(() => new Map(ids.map((each, place) => [each, place])), [ids]);
  const index = id === null ? -1 : (places.get(id) ?? -1);
  const latest = useRef({ ids, index });
  latest.current = { ids, index };
  const place = useRef(-1);
  useEffect(() => {
    if (index >= 0) place.current = index;
    else if (workedOff && id !== null && place.current >= 0 && ids.length > 0)
      setId(ids[Math.min(place.current, ids.length - 1)] ?? null);
  }, [workedOff, id, ids, index, setId]);

  /** Moves by so many rows and says where it came to stand; -1 when there is nothing. */
  const move = useCallback(
    (step: number): number => {
      const { ids: all, index: now } = latest.current;
      if (all.length === 0) return -1;
      const next =
        now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + step));
      setId(all[next] ?? null);
      return next;
    },
    [setId],
  );
  return { id, index, ids, move, set: setId };
}
