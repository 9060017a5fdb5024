import { useTranslation } from 'react-i18next';
import { usePriceRules } from '@/api';
import { useSearchParams } from '@/lib/nav';
import { EmptyState, ErrorState, Page, Tabs } from '@/ui';
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
    <Page title={t('price.title')} scrollKey="prices">
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rules.length === 0 && (
        <EmptyState title={t('price.none')}>{t('price.noneWords')}</EmptyState>
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
