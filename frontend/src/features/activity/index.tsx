import { useTranslation } from 'react-i18next';
import { Page } from '@/ui';

export function ActivityPage() {
  const { t } = useTranslation('activity');
  return (
    <Page title={t('title')} scrollKey="activity">
      {null}
    </Page>
  );
}

/** One run, opened from a link. */
export function RunPage({ id }: { id: string }) {
  return (
    <Page title={id} scrollKey={`run.${id}`}>
      {null}
    </Page>
  );
}
