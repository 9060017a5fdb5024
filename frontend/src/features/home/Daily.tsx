import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useDaily } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { useKept } from '@/lib/pageState';
import { Awaited, Money, Plot, Section } from '@/ui';
import { compared, salesByCurrency, sum } from './home';
import styles from './home.module.css';

const periods = ['30', '90', '365'] as const;

/** Orders per day by channel, stacked, with the period before as a line. */
export function Daily() {
  const { t } = useTranslation('home');
  const { language } = useLocale();
  const [days, setDays] = useKept<string>('home.days', '30');
  const daily = useDaily(Number(days));
  const view = daily.data;
  const series = useMemo(
    () =>
      (view?.channels ?? []).map(({ name, orders }, place) => ({
        name,
        colour: `var(--tp-chart-${(place % 6) + 1})`,
        values: orders,
      })),
    [view],
  );
  const line = useMemo(
    () => (view ? { name: t('daily.previous', { count: Number(days) }), values: view.previous } : undefined),
    [view, t, days],
  );
  const sales = useMemo(() => (view ? salesByCurrency(view) : []), [view]);
  const orders = sum(series.flatMap(({ values }) => [...values]));
  const before = sum(view?.previous ?? []);
  const quiet = orders === 0 && before === 0;
  const share = compared(orders, before);
  const number = (value: number) => formatCount(value, language);
  const percent = new Intl.NumberFormat(language, {
    style: 'percent',
    maximumFractionDigits: 0,
    signDisplay: 'exceptZero',
  });
  return (
    <Section
      title={t('daily.title')}
      aside={
        <Select
          aria-label={t('daily.period')}
          size="xs"
          w={128}
          data={periods.map((count) => ({ value: count, label: t('daily.days', { count: Number(count) }) }))}
          value={days}
          onChange={(value) => value && setDays(value)}
          allowDeselect={false}
        />
      }
    >
      <Awaited query={daily} />
      {view && quiet && <p className={styles.calm}>{t('daily.none', { count: Number(days) })}</p>}
      {view && !quiet && (
        <>
          <p className={styles.sums}>
            <span>
              <strong>{number(orders)}</strong> {t('daily.orders', { count: orders })}
              {share !== null && (
                <span className={styles.soft}> {t('daily.compared', { share: percent.format(share) })}</span>
              )}
            </span>
            {sales.map(({ currency, amount }) => (
              <Money key={currency} amount={amount} currency={currency} />
            ))}
          </p>
          <Plot label={t('daily.title')} days={view.days} series={series} line={line} format={number} />
        </>
      )}
    </Section>
  );
}
