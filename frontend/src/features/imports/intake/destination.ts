import type { Id } from '@/api';

/** A file that was taken in, with its plan; no plan where nobody knows the file. */
export interface Taken {
  file: Id;
  name: string;
  batch: Id | null;
}

/** One file opens itself; several are seen side by side in the list. */
export function destination(taken: readonly Taken[]): string | null {
  const [first, ...rest] = taken;
  if (!first) return null;
  if (rest.length > 0) return '/import';
  return first.batch === null ? `/import?file=${first.file}` : `/import/${first.batch}`;
}
