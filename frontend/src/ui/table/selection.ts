/** Which rows of a list are selected: some of them by id, or all the filter finds, loaded or not. */
export interface Selection {
  all: boolean;
  ids: ReadonlySet<string>;
}

export const noSelection: Selection = { all: false, ids: new Set() };
export const allMatching: Selection = { all: true, ids: new Set() };

export const isSelected = (selection: Selection, id: string): boolean =>
  selection.all || selection.ids.has(id);
export const isEmpty = (selection: Selection): boolean => !selection.all && selection.ids.size === 0;

/** How many are selected; `matching` is what the filter finds in all, when known. */
export const selectedCount = (selection: Selection, matching: number | null): number =>
  selection.all ? (matching ?? 0) : selection.ids.size;

/** Ticks or unticks one row. Unticking one of "all matching" leaves the loaded others. */
export function toggle(selection: Selection, id: string, loaded: readonly string[]): Selection {
  const ids = new Set(selection.all ? loaded : selection.ids);
  if (ids.has(id)) ids.delete(id);
  else ids.add(id);
  return { all: false, ids };
}

/** Adds everything between two rows, whichever comes first. */
export function extend(selection: Selection, from: string, to: string, loaded: readonly string[]): Selection {
  const start = loaded.indexOf(from);
  const end = loaded.indexOf(to);
  if (end < 0) return selection;
  const [first, last] = start < 0 ? [end, end] : [Math.min(start, end), Math.max(start, end)];
  const ids = new Set(selection.all ? loaded : selection.ids);
  for (const id of loaded.slice(first, last + 1)) ids.add(id);
  return { all: false, ids };
}

/** The tick in the head: all loaded, or none when they are already. */
export function toggleLoaded(selection: Selection, loaded: readonly string[]): Selection {
  const full = selection.all || loaded.every((id) => selection.ids.has(id));
  return full ? noSelection : { all: false, ids: new Set(loaded) };
}
