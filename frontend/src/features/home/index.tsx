import { useTranslation } from 'react-i18next';
import { Page } from '@/ui';

export function HomePage() {
  const { t } = useTranslation('home');
  return (
    <Page title={t('title')} scrollKey="home">
      {null}
    </Page>
  );
}
