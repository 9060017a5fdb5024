import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './EmptyState';

/** A list in which nothing has what was looked for, and the way back to all of it. */
export function NoMatch({ text, onClear }: { text: string; onClear: () => void }) {
  const { t } = useTranslation('ui');
  return (
    <EmptyState
      title={t('noMatch.title')}
      actions={
        <Button variant="default" onClick={onClear}>
          {t('noMatch.clear')}
        </Button>
      }
    >
      {t('noMatch.words', { text })}
    </EmptyState>
  );
}
