import { useSyncExternalStore } from 'react';

/** One clock for the whole page: every relative time moves together, twice a minute. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function read(): number {
  if (listeners.size === 0) now = Date.now();
  return now;
}

export const useNow = (): number => useSyncExternalStore(subscribe, read);
