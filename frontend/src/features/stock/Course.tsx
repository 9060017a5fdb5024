import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStockCourse } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { exact } from '@/lib/when';
import { Plot, Section } from '@/ui';

/** What was on hand over time, and what of it was reserved. */
export function Course({ id }: { id: string }) {
  const { t } = useTranslation('stock');
  const { zone, language } = useLocale();
  const points = useStockCourse(id).data;
  const days = useMemo(() => (points ?? []).map((each) => each.at ?? ''), [points]);
  const placeWords = useCallback((at: string) => exact(at, zone, language, false), [zone, language]);
  if (!points || points.length === 0) return null;
  const kept = points.map((each) => Math.max(Number(each.reserved), 0));
  return (
    <Section title={t('course')}>
      <Plot
        label={t('courseLabel')}
        days={days}
        placeWords={placeWords}
        placeHead={t('until')}
        series={[
          { name: t('kept'), colour: 'var(--tp-chart-2)', values: kept },
          {
            name: t('free'),
            colour: 'var(--tp-chart-1)',
            values: points.map((each, place) => Math.max(Number(each.on_hand) - (kept[place] ?? 0), 0)),
          },
        ]}
        format={(value) => formatQuantity(String(value), language)}
        height={160}
      />
    </Section>
  );
}
