import { useTranslation } from 'react-i18next';
import { useGo } from '@/lib/nav';
import { Tabs } from './Tabs';

const pages = {
  levels: '/stock',
  transfers: '/stock/transfers',
  stocktakes: '/stock/stocktakes',
  locations: '/stock/locations',
} as const;
export type StockView = keyof typeof pages;

/** The pages around stock, as tabs under their title. */
export function StockNav({ active }: { active: StockView }) {
  const { t } = useTranslation('places');
  const go = useGo();
  const ids = Object.keys(pages) as StockView[];
  return (
    <Tabs
      label={t('nav.label')}
      active={active}
      tabs={ids.map((id) => ({ id, label: t(`nav.${id}`) }))}
      onChange={(id) => go(pages[id as StockView])}
    />
  );
}
