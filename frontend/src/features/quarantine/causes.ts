import type { QuarantinePage } from '@/api';

export type Group = QuarantinePage['groups'][number];
export type Waiting = QuarantinePage['messages'][number];

/** What makes two records wait for the same reason: the same problem in the same column. */
export const causeOf = ({ code, column }: { code: string; column: string }): string => `${code}|${column}`;

/** The records that wait for a cause; all of them when none is chosen. */
export const ofCause = (messages: readonly Waiting[], cause: string | undefined): readonly Waiting[] =>
  cause === undefined || cause === ''
    ? messages
    : messages.filter(({ problems }) => problems.some((problem) => causeOf(problem) === cause));

/** True when the cell is the one a problem names; a problem of row 0 means the column in every row. */
export const isBad = (
  problems: readonly { row: number; column: string }[],
  row: number | undefined,
  column: string,
): boolean => problems.some((problem) => problem.column === column && (!problem.row || problem.row === row));
