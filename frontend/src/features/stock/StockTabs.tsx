import { useStockMarks } from '@/api';
import { StockNav, type StockView } from '@/ui';

/** The pages around stock, with how many listings drift and how many orders are oversold. */
export function StockTabs({ active }: { active: StockView }) {
  return <StockNav active={active} marks={useStockMarks()} />;
}
