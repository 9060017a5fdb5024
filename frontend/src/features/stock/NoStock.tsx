import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { useStock } from '@/api';
import { useSearchParams } from '@/lib/nav';
import { EmptyState, ErrorState } from '@/ui';

/** What stands in the place of the rows: an error, none that fit, or none at all and how to get some. */
export function NoStock({ query, q }: { query: ReturnType<typeof useStock>; q: string }) {
  const { t } = useTranslation('records');
  const [, setParams] = useSearchParams();
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return null;
  if (q !== '')
    return (
      <EmptyState
        title={t('noMatch.title')}
        actions={
          <Button variant="default" onClick={() => setParams({ q: undefined })}>
            {t('noMatch.clear')}
          </Button>
        }
      >
        {t('noMatch.words', { text: q })}
      </EmptyState>
    );
  return (
    <EmptyState
      title={t('stock.empty')}
      actions={
        <Button component="a" href="#/import">
          {t('stock.import')}
        </Button>
      }
    >
      {t('stock.emptyWords')}
    </EmptyState>
  );
}
