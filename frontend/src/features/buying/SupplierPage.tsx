import { Button } from '@mantine/core';
import { useState } from 'react';
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
import { useKeys } from '@/lib/keys';
import { href, useGo } from '@/lib/nav';
import { EmptyState, ErrorState, Facts, Money, Page, Section, StateBadge, showDone } from '@/ui';
import styles from './buying.module.css';
import { ItemDialog } from './ItemDialog';
import { SupplierDialog } from './SupplierDialog';

/** One supplier: how to reach them, on what terms, and what they sell us. */
export function SupplierPage({ id }: { id: string }) {
  const { t } = useTranslation('buying');
  const query = useSupplier(id);
  if (query.data) return <Shown key={id} supplier={query.data} />;
  return (
    <Page title={t('column.supplier')} scrollKey={`supplier.${id}`}>
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
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
    { keys: 'u', label: t('back'), run: () => go('/purchases?view=suppliers') },
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

function Items({ supplier, onAdd }: { supplier: Supplier; onAdd: () => void }) {
  const { t } = useTranslation('buying');
  const query = useSupplierItems(supplier.id);
  const [editing, setEditing] = useState<SupplierItem | null>(null);
  const remove = useRemoveSupplierItem();
  const set = useSetSupplierItem();
  const items = query.data ?? [];
  const back = (item: SupplierItem) => () =>
    set.mutate({
      supplier: item.supplier,
      variant: item.variant,
      code: item.code ?? '',
      pack: String(item.pack),
      price: item.price === null ? '' : String(item.price),
      least_packs: item.least_packs,
      preferred: item.preferred,
    });
  return (
    <Section
      title={t('sells')}
      aside={
        <Button size="compact-sm" variant="default" onClick={onAdd}>
          {t('item.add')}
        </Button>
      }
    >
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && items.length === 0 && (
        <EmptyState title={t('item.none')} actions={<Button onClick={onAdd}>{t('item.add')}</Button>}>
          {t('item.noneWords')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <div className={styles.wide}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('column.item')}</th>
                <th scope="col">{t('column.code')}</th>
                <th scope="col" data-number>
                  {t('column.pack')}
                </th>
                <th scope="col" data-number>
                  {t('column.packPrice')}
                </th>
                <th scope="col" data-number>
                  {t('item.leastShort')}
                </th>
                <th>
                  <span className="sr">{t('more')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.variant}>
                  <td>
                    <a href={href(`/stock/${item.variant}`)}>
                      <bdi className="mono">{item.sku || item.title}</bdi>
                    </a>{' '}
                    {item.sku && <bdi className={styles.soft}>{item.title}</bdi>}
                    {!item.preferred && <span className={styles.soft}> · {t('item.elsewhere')}</span>}
                  </td>
                  <td>
                    <bdi className="mono">{item.code}</bdi>
                  </td>
                  <td data-number>{item.pack}</td>
                  <td data-number>
                    <Money
                      amount={item.price === null ? null : String(item.price)}
                      currency={item.currency}
                      missing="words"
                    />
                  </td>
                  <td data-number>{item.least_packs > 1 ? item.least_packs : ''}</td>
                  <td data-number>
                    <Button size="compact-xs" variant="subtle" onClick={() => setEditing(item)}>
                      {t('edit')}
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      onClick={() =>
                        remove.mutate(
                          { supplier: supplier.id, variant: item.variant },
                          {
                            onSuccess: () =>
                              showDone(t('item.removed', { name: item.sku || item.title }), back(item)),
                          },
                        )
                      }
                    >
                      {t('line.remove')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {editing && <ItemDialog supplier={supplier} item={editing} onClose={() => setEditing(null)} />}
    </Section>
  );
}
