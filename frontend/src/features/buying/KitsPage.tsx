import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Kit, useKits } from '@/api';
import { useKeys } from '@/lib/keys';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { useGo } from '@/lib/nav';
import { type Column, DataTable, EmptyState, insteadOf, Page } from '@/ui';
import { NewKit } from './KitDialog';

const rowId = (row: Kit): string => row.variant;
const rowName = (row: Kit): string => row.sku || row.title;

/** Products that consist of others, with how many can be made. */
export function KitsPage() {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const go = useGo();
  const query = useKits();
  const [adding, setAdding] = useState(false);
  useKeys(t('kit.all'), [{ keys: 'n', label: t('kit.new'), run: () => setAdding(true) }]);
  const columns = useMemo<Column<Kit>[]>(
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
        width: 160,
        grow: 1,
        drop: 2,
        cell: (row) => <bdi className="clip">{row.title}</bdi>,
      },
      {
        id: 'kind',
        header: t('column.kind'),
        width: 130,
        cell: (row) => (
          <span className={row.kind === 'none' ? 'soft' : undefined}>{t(`kit.kind.${row.kind}`)}</span>
        ),
      },
      {
        id: 'parts',
        header: t('column.parts'),
        width: 220,
        grow: 2,
        drop: 1,
        cell: (row) => (
          <bdi className="clip">
            {row.parts.map(({ quantity, sku, title }) => `${quantity} × ${sku || title}`).join(', ')}
          </bdi>
        ),
      },
      {
        id: 'makes',
        header: t('column.makes'),
        width: 110,
        align: 'end',
        cell: (row) => (row.kind === 'none' ? '' : formatQuantity(String(row.makes), language)),
      },
      {
        id: 'onHand',
        header: t('column.onHand'),
        width: 96,
        align: 'end',
        cell: (row) => (row.tracked ? formatQuantity(String(row.on_hand), language) : ''),
      },
    ],
    [t, language],
  );
  const rows = query.data ?? [];
  const add = <Button onClick={() => setAdding(true)}>{t('kit.new')}</Button>;
  return (
    <Page title={t('kit.all')} actions={rows.length > 0 && add}>
      <DataTable
        label={t('kit.all')}
        storageKey="kits"
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowName={rowName}
        loading={query.isPending}
        onOpen={(row) => go(`/kits/${row.variant}`)}
        fit
        instead={insteadOf(
          query,
          rows,
          <EmptyState
            title={t('kit.none')}
            actions={
              <>
                {add}
                <Button variant="default" component="a" href="#/products">
                  {t('kit.products')}
                </Button>
              </>
            }
          >
            {t('kit.noneWords')}
          </EmptyState>,
        )}
      />
      {adding && <NewKit onClose={() => setAdding(false)} />}
    </Page>
  );
}
