import type { Run } from '@/api';
import type { Work } from '@/ui';

/** Running work as the status line shows it; the time left follows from the pace so far. */
export function toWork(runs: readonly Run[], now: number): Work[] {
  return runs.map(({ id, title, progress, started_at }) => {
    const spent = now - Date.parse(started_at);
    const known = progress !== null && progress.done > 0 && progress.total > progress.done && spent > 2000;
    const left = known ? Math.round((spent / progress.done) * (progress.total - progress.done)) : null;
    return { id, title, progress, left };
  });
}
