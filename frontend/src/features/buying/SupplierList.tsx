import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Supplier, useSuppliers } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { useGo } from '@/lib/nav';
import { type Column, DataTable, EmptyState, insteadOf, Money } from '@/ui';

const rowId = (row: Supplier): string => row.id;
const rowName = (row: Supplier): string => row.name;

/** Whom we buy from. */
export function SupplierList({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const go = useGo();
  const query = useSuppliers();
  const columns = useMemo<Column<Supplier>[]>(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 200,
        grow: 2,
        fixed: true,
        cell: (row) => (
          <bdi className={row.active ? 'clip' : 'clip soft'}>
            {row.name}
            {!row.active && ` · ${t('supplier.inactive')}`}
          </bdi>
        ),
      },
      {
        id: 'person',
        header: t('column.person'),
        width: 160,
        grow: 1,
        drop: 2,
        cell: (row) => <bdi className="clip">{row.contact.person || row.contact.email}</bdi>,
      },
      { id: 'currency', header: t('column.currency'), width: 84, drop: 3, cell: (row) => row.currency },
      {
        id: 'lead',
        header: t('column.lead'),
        width: 100,
        cell: (row) => (row.lead_days === null ? '' : t('days', { count: row.lead_days })),
      },
      {
        id: 'minimum',
        header: t('column.minimum'),
        width: 130,
        align: 'end',
        drop: 1,
        cell: (row) => <Money amount={row.minimum} currency={row.currency} />,
      },
      {
        id: 'items',
        header: t('column.sells'),
        width: 90,
        align: 'end',
        cell: (row) => (row.items > 0 ? formatCount(row.items, language) : ''),
      },
      {
        id: 'open',
        header: t('column.awaited'),
        width: 110,
        align: 'end',
        cell: (row) => (row.open > 0 ? formatCount(row.open, language) : ''),
      },
    ],
    [t, language],
  );
  const rows = query.data ?? [];
  return (
    <DataTable
      label={t('view.suppliers')}
      storageKey="suppliers"
      columns={columns}
      rows={rows}
      rowId={rowId}
      rowName={rowName}
      loading={query.isPending}
      onOpen={(row) => go(`/suppliers/${row.id}`)}
      fit
      instead={insteadOf(
        query,
        rows,
        <EmptyState title={t('supplier.none')} actions={<Button onClick={onAdd}>{t('supplier.add')}</Button>}>
          {t('supplier.noneWords')}
        </EmptyState>,
      )}
    />
  );
}
