/** The list with the item at one place moved to another. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (item === undefined) return next;
  next.splice(Math.max(0, Math.min(to, next.length)), 0, item);
  return next;
}

/** The file's name with the template's own ending. */
export const suggestedName = (name: string, extension: string, day: string): string =>
  `${name.replaceAll(/[<>:"/\\|?*]/g, '-').trim()} ${day}.${extension}`;
