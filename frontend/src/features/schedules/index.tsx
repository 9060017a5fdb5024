import { useTranslation } from 'react-i18next';
import { Page } from '@/ui';

export function SchedulesPage() {
  const { t } = useTranslation('schedules');
  return (
    <Page title={t('title')} scrollKey="schedules">
      {null}
    </Page>
  );
}
