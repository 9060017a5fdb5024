import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Purchase, usePurchases } from '@/api';
import { useGo } from '@/lib/nav';
import { useNow } from '@/lib/now';
import { type Column, DataTable, EmptyState, insteadOf, Money, pagedBy, StateBadge, When } from '@/ui';
import { standing } from './words';

const rowId = (row: Purchase): string => row.id;
const rowName = (row: Purchase): string => row.number;

interface Props {
  state: string;
  supplier?: string;
  onNew?: () => void;
}

/** Purchase orders, the newest first. */
export function PurchaseList({ state, supplier, onNew }: Props) {
  const { t } = useTranslation('buying');
  const go = useGo();
  const now = useNow();
  const query = usePurchases(state, supplier);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.purchases) ?? [], [query.data]);
  const columns = useMemo<Column<Purchase>[]>(
    () => [
      {
        id: 'number',
        header: t('column.number'),
        width: 96,
        fixed: true,
        cell: (row) => <span className="mono">{row.number}</span>,
      },
      {
        id: 'supplier',
        header: t('column.supplier'),
        width: 180,
        grow: 2,
        cell: (row) => <bdi className="clip">{row.supplier_name}</bdi>,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: 150,
        cell: (row) => <StateBadge state={standing(row, now)}>{t(`state.${row.state}`)}</StateBadge>,
      },
      {
        id: 'lines',
        header: t('column.items'),
        width: 200,
        grow: 2,
        drop: 2,
        cell: (row) => (
          <bdi className="clip">{row.lines.map(({ sku, title }) => sku || title).join(', ')}</bdi>
        ),
      },
      {
        id: 'expected',
        header: t('column.expected'),
        width: 120,
        cell: (row) =>
          row.state === 'ordered' || row.state === 'partially_received' ? (
            <When at={row.expected_at} short />
          ) : null,
      },
      {
        id: 'total',
        header: t('column.total'),
        width: 130,
        align: 'end',
        cell: (row) => <Money amount={row.total} currency={row.currency} />,
      },
    ],
    [t, now],
  );
  return (
    <DataTable
      label={t('title')}
      storageKey={`purchases.${state}.${supplier ?? ''}`}
      columns={columns}
      rows={rows}
      rowId={rowId}
      rowName={rowName}
      {...pagedBy(query)}
      onOpen={(row) => go(`/purchases/${row.id}`)}
      fit
      instead={insteadOf(
        query,
        rows,
        <EmptyState
          title={t(state === 'open' ? 'none.open' : 'none.all')}
          actions={
            onNew && (
              <>
                <Button onClick={onNew}>{t('new')}</Button>
                <Button variant="default" component="a" href="#/purchases?view=short">
                  {t('view.short')}
                </Button>
              </>
            )
          }
        >
          {t('none.words')}
        </EmptyState>,
      )}
    />
  );
}
