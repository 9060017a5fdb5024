import { useTranslation } from 'react-i18next';
import { Page } from '@/ui';

export function ImportsPage() {
  const { t } = useTranslation('imports');
  return (
    <Page title={t('title')} scrollKey="imports">
      {null}
    </Page>
  );
}

/** One import: its plan, then its outcome. */
export function ImportPage({ id }: { id: string }) {
  return (
    <Page title={id} scrollKey={`import.${id}`}>
      {null}
    </Page>
  );
}

/** Takes files dropped anywhere on the window; mounted once by the frame. */
export function ImportDrop() {
  return null;
}
