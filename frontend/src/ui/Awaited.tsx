import { ErrorState } from './ErrorState';
import { Skeleton } from './Skeleton';

/** What there is to know of a query, as TanStack gives it. */
export interface Query {
  data?: unknown;
  error: unknown;
  refetch: () => unknown;
}

/** Stands for what a query gave nothing of yet: what went wrong and the way to try again, or that it is being read. */
export function Awaited({ query, lines }: { query: Query; lines?: number }) {
  if (query.data !== undefined) return null;
  if (!query.error) return <Skeleton lines={lines} />;
  return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
}
