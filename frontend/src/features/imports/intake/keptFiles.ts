import { useSyncExternalStore } from 'react';
import type { Id, KeptFile } from '@/api';

/**
 * Files taken in during this session, with what was recognised. The plan page says from here how sure the
 * recognition was; a file nobody knows waits here until a format is chosen or it is put away.
 */
const storeName = 'tradepost.files';
const mostKept = 40;
const listeners = new Set<() => void>();
let files: readonly KeptFile[] = read();

function read(): KeptFile[] {
  try {
    return JSON.parse(sessionStorage.getItem(storeName) ?? '[]') as KeptFile[];
  } catch {
    return [];
  }
}

function write(next: readonly KeptFile[]): void {
  files = next.slice(0, mostKept);
  try {
    sessionStorage.setItem(storeName, JSON.stringify(files));
  } catch {
    // A full store only means that a reload forgets them.
  }
  for (const each of listeners) each();
}

export const keepFile = (file: KeptFile): void => write([file, ...files.filter(({ id }) => id !== file.id)]);
export const putAwayFile = (id: Id): void => write(files.filter((file) => file.id !== id));

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useKeptFiles = (): readonly KeptFile[] => useSyncExternalStore(subscribe, () => files);
export const useKeptFile = (id: Id | undefined): KeptFile | undefined =>
  useKeptFiles().find((file) => file.id === id);

/** What came in at once: each file with its plan, nothing where nobody knows it, or why it was not taken. */
export interface Came {
  file: Id | null;
  name: string;
  batch: Id | null;
  problem: string;
}
let came: readonly Came[] = [];
export const keepCame = (all: readonly Came[]): void => {
  came = all;
  for (const each of listeners) each();
};
export const useCame = (): readonly Came[] => useSyncExternalStore(subscribe, () => came);
