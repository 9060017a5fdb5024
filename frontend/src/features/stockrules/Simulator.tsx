import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Replayed,
  type StockRule,
  type StockRuleDraft,
  type StockSimulation,
  useStockSimulation,
} from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { href } from '@/lib/nav';
import { ErrorState, Section } from '@/ui';
import styles from './stockrules.module.css';

const days = 90;

/** What the last 90 days would have been under a rule; once asked for it follows what is typed. */
export function Simulator({
  rule,
  draft,
  broken,
}: {
  rule: StockRule;
  draft: StockRuleDraft;
  broken: boolean;
}) {
  const { t } = useTranslation('stockrules');
  const [asked, setAsked] = useState(false);
  const query = useStockSimulation(rule.scope, rule.id, draft, days, asked && !broken);
  return (
    <Section title={t('simulate')}>
      <p className={styles.soft}>{t('simulateWords')}</p>
      {!asked && (
        <Button variant="default" onClick={() => setAsked(true)} disabled={broken}>
          {t('replay')}
        </Button>
      )}
      {asked && !broken && query.error && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {asked && query.data && !query.error && <Outcome simulation={query.data} />}
    </Section>
  );
}

const rows = ['sales', 'oversold', 'lost', 'spare'] as const;

function Outcome({ simulation }: { simulation: StockSimulation }) {
  const { t } = useTranslation('stockrules');
  const { language } = useLocale();
  const { before, after, variants } = simulation;
  const number = (n: number) => formatCount(n, language);
  if (before.sales === 0) return <p>{t('none')}</p>;
  return (
    <>
      <p>
        <strong>{oversoldWords(t, before.oversold - after.oversold, number)}</strong>,{' '}
        {lostWords(t, after.lost - before.lost, number)}
      </p>
      <table className={`${styles.table} ${styles.counts}`}>
        <thead>
          <tr>
            <th />
            <th scope="col" className={styles.end}>
              {t('now')}
            </th>
            <th scope="col" className={styles.end}>
              {t('then')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <td>{t(`row.${row}`)}</td>
              <td className={styles.end}>{number(before[row])}</td>
              <td className={styles.end}>{number(after[row])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {variants.length > 0 && <Variants variants={variants} />}
    </>
  );
}

function Variants({ variants }: { variants: StockSimulation['variants'] }) {
  const { t } = useTranslation('stockrules');
  const { language } = useLocale();
  const pair = (before: Replayed, after: Replayed, of: 'oversold' | 'lost') =>
    `${formatCount(before[of], language)} → ${formatCount(after[of], language)}`;
  return (
    <>
      <h3 className={styles.name}>{t('variants')}</h3>
      <table className={`${styles.table} ${styles.counts}`}>
        <thead>
          <tr>
            <th scope="col">{t('column.product')}</th>
            <th scope="col" className={styles.end}>
              {t('column.sales')}
            </th>
            <th scope="col" className={styles.end}>
              {t('column.oversold')}
            </th>
            <th scope="col" className={styles.end}>
              {t('column.lost')}
            </th>
          </tr>
        </thead>
        <tbody>
          {variants.map((each) => (
            <tr key={each.variant}>
              <td>
                <a href={href(`/stock/${each.variant}`)}>
                  <bdi className="mono">{each.name}</bdi>
                </a>
              </td>
              <td className={styles.end}>{formatCount(each.before.sales, language)}</td>
              <td className={styles.end}>{pair(each.before, each.after, 'oversold')}</td>
              <td className={styles.end}>{pair(each.before, each.after, 'lost')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

type Words = ReturnType<typeof useTranslation<'stockrules'>>['t'];

function oversoldWords(t: Words, fewer: number, number: (n: number) => string): string {
  if (fewer === 0) return t('avoidedSame');
  return fewer > 0 ? t('avoided', { number: number(fewer) }) : t('avoidedMore', { number: number(-fewer) });
}

function lostWords(t: Words, more: number, number: (n: number) => string): string {
  if (more === 0) return t('lostSame');
  return more > 0 ? t('lostMore', { number: number(more) }) : t('lostFewer', { number: number(-more) });
}
