import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ReorderNeed, useDraftReorders, useReorderNeeds } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { useGo } from '@/lib/nav';
import { type Column, DataTable, EmptyState, insteadOf, NoticeLine, showDone } from '@/ui';
import styles from './buying.module.css';

const rowId = (row: ReorderNeed): string => `${row.variant} ${row.location}`;
const rowName = (row: ReorderNeed): string => row.sku || row.title;

/** What is short by its rule, with why, and one step to drafts of it. Nothing is ordered by itself. */
export function NeedList() {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const go = useGo();
  const query = useReorderNeeds();
  const draft = useDraftReorders();
  const rows = query.data ?? [];
  const buyable = rows.filter(({ supplier }) => supplier !== null).length;
  const columns = useMemo<Column<ReorderNeed>[]>(() => {
    const number = (id: 'available' | 'incoming' | 'units', drop?: number): Column<ReorderNeed> => ({
      id,
      header: t(`column.${id}`),
      width: 92,
      align: 'end',
      drop,
      cell: (row) => formatQuantity(String(row[id]), language),
    });
    return [
      {
        id: 'sku',
        header: t('column.sku'),
        width: 150,
        fixed: true,
        cell: (row) => <bdi className="mono clip">{row.sku || row.title}</bdi>,
      },
      {
        id: 'where',
        header: t('column.where'),
        width: 110,
        drop: 3,
        cell: (row) => <bdi className="clip">{row.location_name}</bdi>,
      },
      number('available'),
      number('incoming', 2),
      number('units'),
      {
        id: 'from',
        header: t('column.supplier'),
        width: 160,
        grow: 1,
        cell: (row) =>
          row.supplier_name ? (
            <bdi className="clip">{row.supplier_name}</bdi>
          ) : (
            <span className="soft">{t('need.nobody')}</span>
          ),
      },
      {
        id: 'packs',
        header: t('column.packs'),
        width: 84,
        align: 'end',
        cell: (row) => (row.pack === null ? '' : `${row.packs} × ${row.pack}`),
      },
      {
        id: 'why',
        header: t('column.why'),
        width: 240,
        grow: 3,
        drop: 1,
        cell: (row) => (
          <span className="clip" title={row.why}>
            {row.why}
          </span>
        ),
      },
    ];
  }, [t, language]);
  return (
    <>
      {buyable > 0 && (
        <p className={styles.listBar}>
          <Button
            loading={draft.isPending}
            disabled={buyable === 0}
            onClick={() =>
              draft.mutate('', {
                onSuccess: ({ purchases }) => {
                  showDone(t('need.drafted', { count: purchases.length }));
                  const only = purchases.length === 1 ? purchases[0] : undefined;
                  go(only ? `/purchases/${only.id}` : '/purchases');
                },
              })
            }
          >
            {t('need.draft', { count: buyable })}
          </Button>
          <span className="soft">{t('need.words')}</span>
        </p>
      )}
      {rows.length > buyable && (
        <NoticeLine state="needs_you">{t('need.without', { count: rows.length - buyable })}</NoticeLine>
      )}
      <DataTable
        label={t('view.short')}
        storageKey="purchases.short"
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
            title={t('need.none')}
            actions={
              <>
                <Button variant="default" component="a" href="#/stock">
                  {t('need.stock')}
                </Button>
                <Button variant="default" component="a" href="#/purchases?view=rules">
                  {t('view.rules')}
                </Button>
              </>
            }
          >
            {t('need.noneWords')}
          </EmptyState>,
        )}
      />
    </>
  );
}
