import { useDriftCounts, useOversold } from '@/api';
import { StockNav, type StockView } from '@/ui';

/** The pages around stock, with how many listings drift and how many orders are oversold. */
export function StockTabs({ active }: { active: StockView }) {
  const drift = useDriftCounts().data;
  const orders = useOversold().data?.orders;
  return (
    <StockNav
      active={active}
      marks={{
        drift: {
          count: drift && drift.moved + drift.not_stuck + drift.changed + drift.not_pushed + drift.unplaced,
          state: drift && drift.moved + drift.not_stuck + drift.changed > 0 ? 'late' : undefined,
        },
        oversold: { count: orders, state: orders ? 'needs_you' : undefined },
      }}
    />
  );
}
