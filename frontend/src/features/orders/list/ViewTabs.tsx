import { useTranslation } from 'react-i18next';
import { type OrderCounts, type OrderFilter, type SavedView, useViews } from '@/api';
import { useSearchParams } from '@/lib/nav';
import { type TabItem, Tabs } from '@/ui';
import { readFilter, replaceFilter, sameFilter, type Tab, tabFilter, tabOf, tabs } from './filter';
import { ViewMenu } from './ViewMenu';

interface Props {
  filter: OrderFilter;
  counts: OrderCounts | undefined;
}

const states: Partial<Record<Tab, TabItem['state']>> = { late: 'late', unlinked: 'needs_you' };

/** Ready-made tabs, then the saved views: a click puts exactly that filter in place. */
export function ViewTabs({ filter, counts }: Props) {
  const { t } = useTranslation('orders');
  const [params, setParams] = useSearchParams();
  const views = useViews('orders').data ?? [];
  const current = views.find(({ id }) => id === params.view) ?? null;
  const shown = views.filter((view) => view.pinned || view.id === current?.id);
  const items: TabItem[] = [
    ...tabs.map((tab) => ({ id: tab, label: t(`tab.${tab}`), count: counts?.[tab], state: states[tab] })),
    ...shown.map((view) => ({ id: `view ${view.id}`, label: view.name })),
  ];
  const openView = (view: SavedView) =>
    setParams({ ...replaceFilter(readFilter(view.filter)), view: view.id });
  const open = (id: string) => {
    const view = views.find((each) => `view ${each.id}` === id);
    if (view) openView(view);
    else setParams({ ...replaceFilter(tabFilter(id as Tab)), view: undefined });
  };
  const plain = tabs.some((tab) => sameFilter(filter, tabFilter(tab)));
  return (
    <Tabs
      label={t('views.label')}
      tabs={items}
      active={current ? `view ${current.id}` : (tabOf(filter) ?? '')}
      onChange={open}
      after={
        <ViewMenu
          filter={filter}
          current={current}
          others={views.filter((view) => !shown.includes(view))}
          savable={!plain && !views.some((view) => sameFilter(readFilter(view.filter), filter))}
          onOpen={openView}
        />
      }
    />
  );
}
