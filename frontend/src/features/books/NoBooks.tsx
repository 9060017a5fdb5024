import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui';

/** Stands in the place of books while no ledger system is connected. */
export function NoBooks() {
  const { t } = useTranslation('books');
  return (
    <EmptyState
      title={t('empty.title')}
      actions={
        <>
          <Button component="a" href="#/connections/new?connector=quickbooksdesktop">
            {t('empty.connect')}
          </Button>
          <Button variant="default" component="a" href="#/exports">
            {t('empty.export')}
          </Button>
        </>
      }
    >
      {t('empty.words')}
    </EmptyState>
  );
}
