import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ReorderRule, useReorderRules } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { useGo } from '@/lib/nav';
import { type Column, DataTable, EmptyState, insteadOf } from '@/ui';

const rowId = (row: ReorderRule): string => `${row.variant} ${row.location}`;
const rowName = (row: ReorderRule): string => row.sku || row.title;

/** When what is ordered again; a rule is set on the product's own page. */
export function RuleList() {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const go = useGo();
  const query = useReorderRules();
  const columns = useMemo<Column<ReorderRule>[]>(
    () => [
      {
        id: 'sku',
        header: t('column.sku'),
        width: 150,
        fixed: true,
        cell: (row) => <bdi className="mono clip">{row.sku || row.title}</bdi>,
      },
      {
        id: 'title',
        header: t('column.title'),
        width: 180,
        grow: 2,
        drop: 1,
        cell: (row) => <bdi className="clip">{row.title}</bdi>,
      },
      {
        id: 'where',
        header: t('column.where'),
        width: 120,
        cell: (row) => <bdi className="clip">{row.location_name}</bdi>,
      },
      {
        id: 'rule',
        header: t('column.rule'),
        width: 280,
        grow: 2,
        cell: (row) =>
          row.kind === 'fixed'
            ? t('rule.fixed', {
                least: formatQuantity(String(row.least), language),
                most: formatQuantity(String(row.most), language),
              })
            : t('rule.speed', { safety: row.safety_days, cover: row.cover_days }),
      },
    ],
    [t, language],
  );
  const rows = query.data ?? [];
  return (
    <DataTable
      label={t('view.rules')}
      storageKey="purchases.rules"
      columns={columns}
      rows={rows}
      rowId={rowId}
      rowName={rowName}
      loading={query.isPending}
      onOpen={(row) => go(`/stock/${row.variant}`)}
      fit
      instead={insteadOf(
        query,
        rows,
        <EmptyState
          title={t('rule.none')}
          actions={
            <Button variant="default" component="a" href="#/stock">
              {t('need.stock')}
            </Button>
          }
        >
          {t('rule.noneWords')}
        </EmptyState>,
      )}
    />
  );
}
