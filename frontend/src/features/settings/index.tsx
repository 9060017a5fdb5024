import { useTranslation } from 'react-i18next';
import { Page } from '@/ui';

export function SettingsPage() {
  const { t } = useTranslation('settings');
  return (
    <Page title={t('title')} scrollKey="settings">
      {null}
    </Page>
  );
}
