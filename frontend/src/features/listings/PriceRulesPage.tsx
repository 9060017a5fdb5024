import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { usePriceRules } from '@/api';
import { href, useSearchParams } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { Awaited, EmptyState, Page, Tabs } from '@/ui';
import styles from './listings.module.css';
import { RuleForm } from './RuleForm';

/** What each channel's prices are made of, with what a rule would do before it is saved. */
export function PriceRulesPage() {
  const { t } = useTranslation('listings');
  const [params, setParams] = useSearchParams();
  const query = usePriceRules();
  const rules = query.data ?? [];
  const rule = rules.find(({ channel }) => channel === params.channel) ?? rules[0];
  return (
    <Page
      title={t('price.title')}
      within={{ href: href(recall('nav.listings', '/listings')), name: t('title') }}
      scrollKey="prices"
    >
      <Awaited query={query} />
      {query.data && rules.length === 0 && (
        <EmptyState
          title={t('price.none')}
          actions={
            <>
              <Button component="a" href="#/connections/new">
                {t('price.connect')}
              </Button>
              <Button variant="default" component="a" href="#/import">
                {t('price.import')}
              </Button>
            </>
          }
        >
          {t('price.noneWords')}
        </EmptyState>
      )}
      {rule && (
        <>
          <p className={styles.soft}>{t('price.words')}</p>
          <Tabs
            label={t('channel')}
            active={rule.channel}
            tabs={rules.map(({ channel, name }) => ({ id: channel, label: name }))}
            onChange={(channel) => setParams({ channel })}
          />
          <RuleForm key={`${rule.channel} ${rule.etag}`} rule={rule} />
        </>
      )}
    </Page>
  );
}
