import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui';

export function NotFound() {
  const { t } = useTranslation('frame');
  return (
    <EmptyState
      title={t('notFound.title')}
      actions={
        <Button component="a" href="#/">
          {t('notFound.home')}
        </Button>
      }
    >
      {t('notFound.words')}
    </EmptyState>
  );
}
