import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReorderNeeds } from '@/api';
import { useKeys } from '@/lib/keys';
import { useSearchParams } from '@/lib/nav';
import { Page, Tabs } from '@/ui';
import { NeedList } from './NeedList';
import { NewPurchase } from './NewPurchase';
import { PurchaseList } from './PurchaseList';
import { RuleList } from './RuleList';
import { SupplierDialog } from './SupplierDialog';
import { SupplierList } from './SupplierList';
import { ValueView } from './ValueView';

const views = ['open', 'short', 'all', 'suppliers', 'rules', 'value'] as const;
type View = (typeof views)[number];

/** What is on order, what is to be ordered again, whom we buy from, and what all that lies there cost. */
export function PurchasesPage() {
  const { t } = useTranslation('buying');
  const [params, setParams] = useSearchParams();
  const view: View = views.find((each) => each === params.view) ?? 'open';
  const [adding, setAdding] = useState<'purchase' | 'supplier' | null>(null);
  const needs = useReorderNeeds().data?.length ?? 0;
  const show = (next: string) => setParams({ view: next === 'open' ? undefined : next });
  useKeys(t('title'), [
    { keys: 'n', label: t('new'), run: () => setAdding(view === 'suppliers' ? 'supplier' : 'purchase') },
  ]);
  return (
    <Page
      title={t('title')}
      actions={
        view === 'suppliers' ? (
          <Button onClick={() => setAdding('supplier')}>{t('supplier.add')}</Button>
        ) : (
          <Button onClick={() => setAdding('purchase')}>{t('new')}</Button>
        )
      }
    >
      <Tabs
        label={t('views')}
        active={view}
        tabs={views.map((id) => ({
          id,
          label: t(`view.${id}`),
          ...(id === 'short' && { count: needs, state: 'late' as const }),
        }))}
        onChange={show}
      />
      {(view === 'open' || view === 'all') && (
        <PurchaseList key={view} state={view === 'open' ? 'open' : ''} onNew={() => setAdding('purchase')} />
      )}
      {view === 'short' && <NeedList />}
      {view === 'suppliers' && <SupplierList onAdd={() => setAdding('supplier')} />}
      {view === 'rules' && <RuleList />}
      {view === 'value' && <ValueView />}
      {adding === 'purchase' && (
        <NewPurchase onSupplier={() => setAdding('supplier')} onClose={() => setAdding(null)} />
      )}
      {adding === 'supplier' && <SupplierDialog onClose={() => setAdding(null)} />}
    </Page>
  );
}
