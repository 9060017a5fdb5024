import { useTranslation } from 'react-i18next';
import { useDriftCounts, useOversold } from '@/api';
import { useGo } from '@/lib/nav';
import { Tabs } from '@/ui';

export type StockView = 'stock' | 'drift' | 'oversold';
const paths: Record<StockView, string> = {
  stock: '/stock',
  drift: '/stock/drift',
  oversold: '/stock/oversold',
};

/** The views of stock: the levels, where channels have other numbers, and what was sold that is not there. */
export function StockTabs({ active }: { active: StockView }) {
  const { t } = useTranslation('stock');
  const go = useGo();
  const drift = useDriftCounts().data;
  const oversold = useOversold().data;
  return (
    <Tabs
      label={t('views.label')}
      active={active}
      onChange={(id) => go(paths[id as StockView])}
      tabs={[
        { id: 'stock', label: t('views.stock') },
        {
          id: 'drift',
          label: t('views.drift'),
          count: drift && drift.moved + drift.not_stuck + drift.not_pushed + drift.unplaced,
          state: drift && drift.moved + drift.not_stuck > 0 ? 'late' : undefined,
        },
        {
          id: 'oversold',
          label: t('views.oversold'),
          count: oversold?.orders,
          state: oversold?.orders ? 'needs_you' : undefined,
        },
      ]}
    />
  );
}
