import { useLocation, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';

export type SearchParams = Record<string, string>;

/** Every view has an address: filters and peeks live in the query of the hash route, as plain text. */
export function useSearchParams(): [SearchParams, (change: Record<string, string | undefined>) => void] {
  const location = useLocation();
  const router = useRouter();
  const search = location.search as SearchParams;
  const set = useCallback(
    (change: Record<string, string | undefined>) => {
      const { pathname, search: before } = router.state.location;
      const after = { ...(before as SearchParams), ...change };
      router.history.replace(pathname + writeSearch(after));
    },
    [router],
  );
  return [search, set];
}

/** Goes to an address such as "/orders/12?tab=late" (a "#" in front is fine). */
export function useGo(): (href: string, how?: 'push' | 'replace') => void {
  const router = useRouter();
  return useCallback(
    (href, how = 'push') => router.history[how](href.startsWith('#') ? href.slice(1) : href),
    [router],
  );
}

/** A link's href for an address of this window. */
export const href = (path: string, search: Record<string, string | undefined> = {}): string =>
  `#${path}${writeSearch(search)}`;

export function writeSearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

export const readSearch = (text: string): SearchParams => Object.fromEntries(new URLSearchParams(text));
