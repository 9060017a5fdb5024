/** One line of the palette: something to go to or to do. */
export interface PaletteItem {
  id: string;
  group: string;
  title: string;
  detail?: string;
  keys?: string;
  run: () => void;
}

/** Keeps the items whose words all occur, in any order. */
export function matchItems(items: readonly PaletteItem[], text: string): PaletteItem[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  return items.filter((item) => {
    const hay = `${item.title} ${item.detail ?? ''}`.toLocaleLowerCase();
    return words.every((word) => hay.includes(word));
  });
}

/** What is named is found first. */
export const startsWith = (item: PaletteItem, text: string): boolean =>
  item.title.toLocaleLowerCase().startsWith(text.toLocaleLowerCase());
