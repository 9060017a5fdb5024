import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorState } from '@/ui';

/** A page that failed to draw: the rest of the window stays. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return <ErrorState error={{ detail: '', cause: error }} onRetry={reset} />;
}
