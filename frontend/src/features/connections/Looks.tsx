import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '@/api';
import { useLocale } from '@/lib/locale';
import { useNow } from '@/lib/now';
import { bucketWords } from '@/lib/when';
import { Plot } from '@/ui';
import styles from './connections.module.css';
import { bucketsOf } from './words';

/** What came in by looks, and how late it was, over time. */
export function Looks({ view, days }: { view: ConnectionView; days: number }) {
  const { t } = useTranslation('connections');
  const { zone, language } = useLocale();
  const now = useNow();
  // Buckets move once a bucket, not with every tick.
  const hour = Math.floor(now / 3_600_000);
  const sums = useMemo(
    () => bucketsOf(view.looks, days, hour * 3_600_000 + 3_599_000),
    [view.looks, days, hour],
  );
  const placeWords = useCallback(
    (from: string) => bucketWords(from, zone, language, days),
    [zone, language, days],
  );
  const came = useMemo(
    () => [
      { name: t('looks.new'), colour: 'var(--tp-chart-1)', values: sums.fresh },
      { name: t('looks.changed'), colour: 'var(--tp-chart-3)', values: sums.changed },
      { name: t('looks.quarantined'), colour: 'var(--tp-chart-4)', values: sums.quarantined },
      { name: t('looks.failed'), colour: 'var(--tp-chart-2)', values: sums.failed },
    ],
    [sums, t],
  );
  const late = useMemo(
    () => [{ name: t('looks.lag'), colour: 'var(--tp-chart-2)', values: sums.lag }],
    [sums, t],
  );
  if (view.looks.length === 0) return <p className={styles.soft}>{t('looks.none')}</p>;
  return (
    <div className={styles.plots}>
      <Plot
        label={t('looks.came')}
        days={sums.from}
        placeWords={placeWords}
        placeHead={t('looks.from')}
        series={came}
        height={160}
      />
      <Plot
        label={t('looks.lag')}
        days={sums.from}
        placeWords={placeWords}
        placeHead={t('looks.from')}
        series={late}
        height={160}
      />
      <p className={styles.soft}>
        {t('looks.count', { count: view.looks.reduce((sum, look) => sum + look.looks, 0) })}{' '}
        {view.cut && t('looks.cut')}
      </p>
    </div>
  );
}
