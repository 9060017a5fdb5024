import { useEffect } from 'react';

/** What was dropped on the window: bytes in a browser, paths in the desktop window. */
export type Dropped = readonly (File | string)[];

let claimed: ((dropped: Dropped) => void) | undefined;

/** While a page is shown that knows better what to do with files, it gets those that are dropped. */
export function useClaimedDrops(take: (dropped: Dropped) => void) {
  useEffect(() => {
    claimed = take;
    return () => {
      claimed = undefined;
    };
  }, [take]);
}

/** Offers what was dropped to the page that is shown; false when it wants none. */
export function offerDrop(dropped: Dropped): boolean {
  if (!claimed || dropped.length === 0) return false;
  claimed(dropped);
  return true;
}
