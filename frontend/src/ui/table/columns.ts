import type { ReactNode } from 'react';

export interface Column<R> {
  id: string;
  header: string;
  /** The header where the column is narrow; the column chooser keeps the full one. */
  short?: string;
  /** What the column means, on hover. */
  hint?: string;
  /** Pixels; the least width when the column grows. */
  width: number;
  /** Takes this share of the room that is left. */
  grow?: number;
  /** Money and counts stand right. */
  align?: 'end';
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Where there is no room, columns with the highest number go first; without one it stays. */
  drop?: number;
  /** Always shown: the column that names the row. */
  fixed?: boolean;
  cell: (row: R) => ReactNode;
}

/** Which columns are shown: the reader's choice, else the default. */
export function visibleColumns<R>(
  columns: readonly Column<R>[],
  chosen: readonly string[] | null,
): Column<R>[] {
  return columns.filter((column) => column.fixed || (chosen ? chosen.includes(column.id) : !column.hidden));
}

type Track = { width: number; grow?: number };

export function gridTemplate(columns: readonly Track[], selectable: boolean): string {
  const tracks = columns.map(({ width, grow }) => (grow ? `minmax(${width}px, ${grow}fr)` : `${width}px`));
  return [...(selectable ? ['34px'] : []), ...tracks].join(' ');
}

/** Leaves out, last things first, what does not fit in so many pixels. */
export function fitColumns<R>(columns: readonly Column<R>[], room: number, selectable: boolean): Column<R>[] {
  const shown = [...columns];
  while (gridWidth(shown, selectable) > room) {
    const last = Math.max(...shown.map(({ drop }) => drop ?? 0));
    if (last === 0) break;
    shown.splice(
      shown.findIndex(({ drop }) => drop === last),
      1,
    );
  }
  return shown;
}

export const gridWidth = (columns: readonly Track[], selectable: boolean): number =>
  columns.reduce((sum, { width }) => sum + width, selectable ? 34 : 0);
