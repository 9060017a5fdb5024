import { useTranslation } from 'react-i18next';
import { type StockRule, type StockRuleScope, useChannels, useStockRule, useStockRules } from '@/api';
import { href, useSearchParams } from '@/lib/nav';
import { Awaited, EmptyState, Page, Tabs } from '@/ui';
import { RuleForm } from './RuleForm';
import styles from './stockrules.module.css';

const others = 'others';
const scopes: readonly StockRuleScope[] = ['all', 'channel', 'variant', 'listing'];

/** How much of what is available channels may offer, with what a rule would do before it is saved. */
export function RulesPage() {
  const { t } = useTranslation('stockrules');
  const [params, setParams] = useSearchParams();
  const channels = useChannels().data ?? [];
  const of = params.of ?? 'all';
  const id = params.id ?? '0';
  const scope = scopes.find((each) => each === of);
  const own = scope === 'variant' || scope === 'listing';
  const active = own || of === others ? others : of === 'channel' ? `channel ${id}` : 'all';
  return (
    <Page title={t('title')} within={{ href: '#/stock', name: t('within') }} scrollKey="stock-rules">
      <p className={styles.soft}>{t('words')}</p>
      <Tabs
        label={t('title')}
        active={active}
        tabs={[
          { id: 'all', label: t('all') },
          ...channels.map((each) => ({ id: `channel ${each.id}`, label: each.name })),
          { id: others, label: t('others') },
        ]}
        onChange={(next) => {
          const [kind, which] = next.split(' ');
          setParams({ of: kind, id: which });
        }}
      />
      {scope ? <One key={`${scope} ${id}`} scope={scope} id={id} /> : <Others />}
    </Page>
  );
}

function One({ scope, id }: { scope: StockRuleScope; id: string }) {
  const query = useStockRule(scope, scope === 'all' ? '0' : id);
  return query.data ? <RuleForm key={query.data.etag} rule={query.data} /> : <Awaited query={query} />;
}

/** The rules of single products and listings. */
function Others() {
  const { t } = useTranslation('stockrules');
  const query = useStockRules();
  const all = (query.data ?? []).filter((rule) => rule.scope === 'variant' || rule.scope === 'listing');
  if (!query.data) return <Awaited query={query} />;
  if (all.length === 0) {
    return <EmptyState title={t('others')}>{t('othersNone')}</EmptyState>;
  }
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('column.of')}</th>
          <th scope="col">{t('column.rule')}</th>
        </tr>
      </thead>
      <tbody>
        {all.map((rule) => (
          <tr key={`${rule.scope} ${rule.id}`}>
            <td>
              <a href={href('/stock/rules', { of: rule.scope, id: rule.id })}>
                <bdi className="mono">{rule.name}</bdi>
              </a>{' '}
              <span className={styles.soft}>{ofWords(t, rule)}</span>
            </td>
            <td>{rule.words}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const ofWords = (t: ReturnType<typeof useTranslation<'stockrules'>>['t'], rule: StockRule): string =>
  t(`of.${rule.scope}`, { channel: rule.channel ?? '' });
