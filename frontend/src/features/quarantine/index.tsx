import { useTranslation } from 'react-i18next';
import { Page } from '@/ui';

export function QuarantinePage() {
  const { t } = useTranslation('quarantine');
  return (
    <Page title={t('title')} scrollKey="quarantine">
      {null}
    </Page>
  );
}
