import { useTranslation } from 'react-i18next';
import { useGo } from '@/lib/nav';
import { type TabItem, Tabs } from './Tabs';

const pages = {
  levels: '/stock',
  drift: '/stock/drift',
  oversold: '/stock/oversold',
  transfers: '/stock/transfers',
  stocktakes: '/stock/stocktakes',
  locations: '/stock/locations',
} as const;
export type StockView = keyof typeof pages;

interface Props {
  active: StockView;
  /** How much a page has to show, where that is known. */
  marks?: Partial<Record<StockView, Pick<TabItem, 'count' | 'state'>>>;
}

/** The pages around stock, as tabs under their title. */
export function StockNav({ active, marks = {} }: Props) {
  const { t } = useTranslation('places');
  const go = useGo();
  const ids = Object.keys(pages) as StockView[];
  return (
    <Tabs
      label={t('nav.label')}
      active={active}
      tabs={ids.map((id) => ({ id, label: t(`nav.${id}`), ...marks[id] }))}
      onChange={(id) => go(pages[id as StockView])}
    />
  );
}
