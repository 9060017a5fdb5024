import type { EdiLook } from '@/api';
import type { State } from '@/ui';

interface Verdict {
  word: 'fine' | 'part' | 'bad';
  state: State;
  errors: number;
}

/** How much of a file can be used, and how many errors it has that are no mere hints. */
export function stateOf({ explanation }: EdiLook): Verdict {
  const { report } = explanation;
  const sets = report.interchanges.flatMap((one) => one.groups.flatMap((group) => group.sets));
  const errors = [
    report.errors,
    ...report.interchanges.flatMap((one) => [
      one.errors,
      ...one.groups.flatMap((group) => [group.errors, ...group.sets.map((set) => set.errors)]),
    ]),
  ]
    .flat()
    .filter(({ level }) => level !== 'hint').length;
  if (report.accepted) return { word: 'fine', state: errors > 0 ? 'late' : 'fine', errors };
  if (sets.some(({ accepted }) => accepted)) return { word: 'part', state: 'late', errors };
  return { word: 'bad', state: 'needs_you', errors };
}
