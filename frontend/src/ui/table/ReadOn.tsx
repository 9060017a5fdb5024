import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** The rest of a list that could not be read. */
export function ReadOn({ onMore }: { onMore?: () => void }) {
  const { t } = useTranslation('ui');
  return (
    <>
      {t('table.stuck')}{' '}
      <Button size="compact-xs" variant="subtle" onClick={onMore}>
        {t('error.retry')}
      </Button>
    </>
  );
}
