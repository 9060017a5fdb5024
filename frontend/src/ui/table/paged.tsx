import type { ReactNode } from 'react';
import { ErrorState } from '../ErrorState';

/** A query that reads a list page by page, as TanStack gives it. */
export interface PagedQuery {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
  isPending: boolean;
}

/** What a DataTable takes of the query that reads its rows. */
export const pagedBy = (list: PagedQuery) => ({
  hasMore: list.hasNextPage,
  onMore: list.isFetchingNextPage ? undefined : () => void list.fetchNextPage(),
  stuck: list.isFetchNextPageError,
  loading: list.isPending,
});

interface Read {
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** What stands in the place of a list's rows: what went wrong, or what is to be said where there are none. */
export function insteadOf(query: Read, rows: readonly unknown[], none: ReactNode): ReactNode {
  if (rows.length > 0 || query.isPending) return null;
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return none;
}
