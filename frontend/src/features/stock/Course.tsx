import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStockCourse } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { bucketWords } from '@/lib/when';
import { Plot, Section } from '@/ui';

/** What was on hand over time, and what of it was reserved. */
export function Course({ id }: { id: string }) {
  const { t } = useTranslation('stock');
  const { zone, language } = useLocale();
  const points = useStockCourse(id).data;
  const days = useMemo(() => (points ?? []).map((each) => each.at ?? ''), [points]);
  const span = points?.length ? (Date.parse(days.at(-1) ?? '') - Date.parse(days[0] ?? '')) / 86_400_000 : 0;
  const placeWords = useCallback(
    (at: string) => bucketWords(at, zone, language, Math.max(1, Math.ceil(span))),
    [zone, language, span],
  );
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
