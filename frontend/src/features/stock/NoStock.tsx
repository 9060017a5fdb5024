import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { useStock } from '@/api';
import { useSearchParams } from '@/lib/nav';
import { Awaited, EmptyState, NoMatch } from '@/ui';

/** What stands in the place of the rows: an error, none that fit, or none at all and how to get some. */
export function NoStock({ query, q }: { query: ReturnType<typeof useStock>; q: string }) {
  const { t } = useTranslation('records');
  const [, setParams] = useSearchParams();
  if (!query.data) return <Awaited query={query} />;
  if (q !== '') return <NoMatch text={q} onClear={() => setParams({ q: undefined })} />;
  return (
    <EmptyState
      title={t('stock.empty')}
      actions={
        <>
          <Button component="a" href="#/import">
            {t('stock.import')}
          </Button>
          <Button variant="default" component="a" href="#/connections/new">
            {t('connect')}
          </Button>
        </>
      }
    >
      {t('stock.emptyWords')}
    </EmptyState>
  );
}
