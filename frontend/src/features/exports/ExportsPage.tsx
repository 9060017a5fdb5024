import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from '@/lib/nav';
import { Page, Tabs } from '@/ui';
import { PastExports } from './PastExports';
import { TemplateList } from './TemplateList';

/** What can be taken out, and what was. */
export function ExportsPage() {
  const { t } = useTranslation('exports');
  const [params, setParams] = useSearchParams();
  const past = params.tab === 'past';
  return (
    <Page
      title={t('title')}
      actions={
        <Button component="a" href="#/exports/1">
          {t('exportOrders')}
        </Button>
      }
    >
      <Tabs
        label={t('tabs')}
        tabs={[
          { id: 'templates', label: t('tab.templates') },
          { id: 'past', label: t('tab.past') },
        ]}
        active={past ? 'past' : 'templates'}
        onChange={(tab) => setParams({ tab: tab === 'past' ? 'past' : undefined, run: undefined })}
      />
      {past ? <PastExports /> : <TemplateList />}
    </Page>
  );
}
