import { useTranslation } from 'react-i18next';
import { formatCount } from '@/lib/locale';
import { planCounts, type WriteCounts } from './words';

/** "212 wait, 3 with a warning" or "208 done, 1 refused". */
export function PlanNumbers({
  plan,
  language,
}: {
  plan: { counts: WriteCounts; warned: number };
  language: string;
}) {
  const { t } = useTranslation('plans');
  const { waiting, underWay, done, off } = planCounts(plan);
  const { unknown, rejected } = plan.counts;
  const part = (count: number, key: PartKey) =>
    count > 0 ? [t(`part.${key}`, { count, number: formatCount(count, language) })] : [];
  const parts = [
    ...part(waiting, 'waiting'),
    ...part(plan.warned, 'warned'),
    ...part(underWay, 'way'),
    ...part(unknown, 'unknown'),
    ...part(rejected, 'rejected'),
    ...part(done, 'done'),
    ...part(off, 'off'),
  ];
  return <>{parts.join(', ') || t('part.none')}</>;
}
type PartKey = 'waiting' | 'warned' | 'way' | 'unknown' | 'rejected' | 'done' | 'off';
