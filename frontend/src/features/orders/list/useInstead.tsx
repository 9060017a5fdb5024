import { Button } from '@mantine/core';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type OrderCounts, type OrderFilter, useOpenSample } from '@/api';
import { useSearchParams } from '@/lib/nav';
import { EmptyState, ErrorState } from '@/ui';
import { replaceFilter, sameFilter } from './filter';

interface ListState {
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** What stands in the place of the rows: an error, no orders at all, or none that fit. */
export function useInstead(
  list: ListState,
  rows: number,
  filter: OrderFilter,
  counts: OrderCounts | undefined,
): { instead: ReactNode; searchRef: React.RefObject<HTMLInputElement | null> } {
  const { t } = useTranslation('orders');
  const searchRef = useRef<HTMLInputElement>(null);
  const [, setParams] = useSearchParams();
  const sample = useOpenSample();
  let instead: ReactNode = null;
  if (list.error && rows === 0) {
    instead = <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  } else if (!list.isPending && rows === 0 && (counts?.all ?? 0) === 0 && sameFilter(filter, {})) {
    instead = (
      <EmptyState
        title={t('empty.title')}
        actions={
          <>
            <Button component="a" href="#/import">
              {t('empty.import')}
            </Button>
            <Button
              variant="default"
              onClick={() => sample.mutate(undefined, { onSuccess: () => window.location.assign('./') })}
            >
              {t('empty.sample')}
            </Button>
          </>
        }
      >
        {t('empty.words')}
      </EmptyState>
    );
  } else if (!list.isPending && rows === 0) {
    instead = (
      <EmptyState
        title={t('noMatch.title')}
        actions={
          <>
            <Button variant="default" onClick={() => setParams({ ...replaceFilter({}), view: undefined })}>
              {t('noMatch.clear')}
            </Button>
            {filter.search && !sameFilter(filter, { search: filter.search }) && (
              <Button variant="default" onClick={() => setParams(replaceFilter({ search: filter.search }))}>
                {t('noMatch.everywhere')}
              </Button>
            )}
          </>
        }
      >
        {filter.search ? t('noMatch.search', { text: filter.search }) : t('noMatch.words')}
      </EmptyState>
    );
  }
  return { instead, searchRef };
}
