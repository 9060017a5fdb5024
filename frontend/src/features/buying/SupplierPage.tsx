import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Supplier,
  type SupplierItem,
  useDraftPurchase,
  useRemoveSupplierItem,
  useSetSupplierItem,
  useSupplier,
  useSupplierItems,
} from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { href, useGo } from '@/lib/nav';
import {
  Awaited,
  type Column,
  DataTable,
  EmptyState,
  Facts,
  insteadOf,
  Money,
  Page,
  ProductName,
  Section,
  StateBadge,
  showDone,
} from '@/ui';
import styles from './buying.module.css';
import { ItemDialog } from './ItemDialog';
import { SupplierDialog } from './SupplierDialog';

/** One supplier: how to reach them, on what terms, and what they sell us. */
export function SupplierPage({ id }: { id: string }) {
  const { t } = useTranslation('buying');
  const query = useSupplier(id);
  if (query.data) return <Shown key={id} supplier={query.data} />;
  return (
    <Page
      title={t('column.supplier')}
      within={{ href: '#/purchases?view=suppliers', name: t('view.suppliers') }}
      scrollKey={`supplier.${id}`}
    >
      <Awaited query={query} />
    </Page>
  );
}

function Shown({ supplier }: { supplier: Supplier }) {
  const { t } = useTranslation('buying');
  const go = useGo();
  const [open, setOpen] = useState<'edit' | 'item' | null>(null);
  const draft = useDraftPurchase();
  const order = () =>
    draft.mutate({ supplier: supplier.id, lines: [] }, { onSuccess: ({ id }) => go(`/purchases/${id}`) });
  useKeys(supplier.name, [
    ...backKeys(t('back'), () => go('/purchases?view=suppliers')),
    { keys: 'e', label: t('supplier.change'), run: () => setOpen('edit') },
    { keys: 'n', label: t('item.add'), run: () => setOpen('item') },
  ]);
  const c = supplier.contact;
  const address = [c.line1, c.line2, `${c.postal_code} ${c.city}`.trim(), c.region, c.country].filter(
    Boolean,
  );
  return (
    <Page
      title={<bdi>{supplier.name}</bdi>}
      within={{ href: '#/purchases?view=suppliers', name: t('view.suppliers') }}
      beside={!supplier.active && <StateBadge state="quiet">{t('supplier.inactive')}</StateBadge>}
      actions={
        <>
          <Button variant="default" onClick={() => setOpen('edit')}>
            {t('supplier.change')}
          </Button>
          <Button loading={draft.isPending} disabled={!supplier.active} onClick={order}>
            {t('new')}
          </Button>
        </>
      }
      scrollKey={`supplier.${supplier.id}`}
    >
      <div className={styles.columns}>
        <Items supplier={supplier} onAdd={() => setOpen('item')} />
        <div>
          <Section title={t('facts')}>
            <Facts
              items={[
                { label: t('contact.person'), value: c.person && <bdi>{c.person}</bdi> },
                { label: t('contact.email'), value: c.email && <a href={`mailto:${c.email}`}>{c.email}</a> },
                { label: t('contact.phone'), value: c.phone && <bdi>{c.phone}</bdi> },
                { label: t('address'), value: address.length > 0 && <bdi>{address.join(', ')}</bdi> },
                { label: t('column.currency'), value: supplier.currency },
                {
                  label: t('column.lead'),
                  value:
                    supplier.lead_days === null ? t('notStated') : t('days', { count: supplier.lead_days }),
                },
                {
                  label: t('column.minimum'),
                  value: supplier.minimum && <Money amount={supplier.minimum} currency={supplier.currency} />,
                },
                { label: t('note'), value: supplier.note && <bdi>{supplier.note}</bdi> },
                {
                  label: t('column.awaited'),
                  value: supplier.open > 0 && (
                    <a href={href('/purchases')}>{t('orders', { count: supplier.open })}</a>
                  ),
                },
              ]}
            />
          </Section>
        </div>
      </div>
      {open === 'edit' && <SupplierDialog supplier={supplier} onClose={() => setOpen(null)} />}
      {open === 'item' && <ItemDialog supplier={supplier} onClose={() => setOpen(null)} />}
    </Page>
  );
}

const itemId = (item: SupplierItem): string => item.variant;
const itemName = (item: SupplierItem): string => item.sku || item.title;

function Items({ supplier, onAdd }: { supplier: Supplier; onAdd: () => void }) {
  const { t } = useTranslation('buying');
  const query = useSupplierItems(supplier.id);
  const [editing, setEditing] = useState<SupplierItem | null>(null);
  const columns = useItemColumns(setEditing);
  const items = query.data ?? [];
  const add = (
    <Button size="compact-sm" variant="default" onClick={onAdd}>
      {t('item.add')}
    </Button>
  );
  return (
    <Section title={t('sells')} aside={items.length > 0 && add}>
      <DataTable
        label={t('sells')}
        storageKey={`supplier.items.${supplier.id}`}
        columns={columns}
        rows={items}
        rowId={itemId}
        rowName={itemName}
        loading={query.isPending}
        onOpen={setEditing}
        fit
        most={560}
        instead={insteadOf(
          query,
          items,
          <EmptyState title={t('item.none')} actions={<Button onClick={onAdd}>{t('item.add')}</Button>}>
            {t('item.noneWords')}
          </EmptyState>,
        )}
      />
      {editing && <ItemDialog supplier={supplier} item={editing} onClose={() => setEditing(null)} />}
    </Section>
  );
}

function useItemColumns(onEdit: (item: SupplierItem) => void): Column<SupplierItem>[] {
  const { t } = useTranslation('buying');
  return useMemo(
    () => [
      {
        id: 'item',
        header: t('column.item'),
        width: 170,
        grow: 2,
        fixed: true,
        cell: (item) => (
          <span className="clip" title={item.title}>
            <ProductName {...item} href={href(`/stock/${item.variant}`)} />
            {!item.preferred && <span className="soft"> · {t('item.elsewhere')}</span>}
          </span>
        ),
      },
      {
        id: 'code',
        header: t('column.code'),
        width: 110,
        grow: 1,
        drop: 2,
        cell: ({ code }) => <bdi className="mono clip">{code}</bdi>,
      },
      {
        id: 'pack',
        header: t('column.packShort'),
        hint: t('column.pack'),
        width: 64,
        align: 'end',
        cell: ({ pack }) => pack,
      },
      {
        id: 'price',
        header: t('column.packPrice'),
        width: 116,
        align: 'end',
        cell: ({ price, currency }) => (
          <Money amount={price === null ? null : String(price)} currency={currency} missing="words" />
        ),
      },
      {
        id: 'least',
        header: t('item.leastShort'),
        hint: t('item.least'),
        width: 104,
        align: 'end',
        drop: 1,
        cell: ({ least_packs }) => (least_packs > 1 ? least_packs : ''),
      },
      {
        id: 'steps',
        header: '',
        width: 156,
        align: 'end',
        cell: (item) => <ItemSteps item={item} onEdit={() => onEdit(item)} />,
      },
    ],
    [t, onEdit],
  );
}

/** What can be done with what a supplier sells; what is removed can be put back. */
function ItemSteps({ item, onEdit }: { item: SupplierItem; onEdit: () => void }) {
  const { t } = useTranslation('buying');
  const remove = useRemoveSupplierItem();
  const set = useSetSupplierItem();
  const { supplier, variant } = item;
  const back = () =>
    set.mutate({
      supplier,
      variant,
      code: item.code ?? '',
      pack: String(item.pack),
      price: item.price === null ? '' : String(item.price),
      least_packs: item.least_packs,
      preferred: item.preferred,
    });
  return (
    <>
      <Button size="compact-xs" variant="subtle" tabIndex={-1} onClick={onEdit}>
        {t('edit')}
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        tabIndex={-1}
        onClick={() =>
          remove.mutate(
            { supplier, variant },
            { onSuccess: () => showDone(t('item.removed', { name: itemName(item) }), back) },
          )
        }
      >
        {t('line.remove')}
      </Button>
    </>
  );
}
