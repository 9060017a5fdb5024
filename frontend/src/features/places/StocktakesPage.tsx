import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Stocktake, useStockMarks, useStocktakes } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { useGo } from '@/lib/nav';
import {
  type Column,
  DataTable,
  EmptyState,
  insteadOf,
  Page,
  pagedBy,
  StateBadge,
  StockNav,
  When,
} from '@/ui';
import styles from './places.module.css';
import { StartForm } from './StartForm';
import { stocktakeState } from './words';

const rowId = (row: Stocktake): string => row.id;
const rowName = (row: Stocktake): string => row.name;

/** Stocktakes, newest first. */
export function StocktakesPage() {
  const { t } = useTranslation('places');
  const go = useGo();
  const list = useStocktakes();
  const rows = useMemo(() => list.data?.pages.flatMap(({ stocktakes }) => stocktakes) ?? [], [list.data]);
  const columns = useColumns();
  const [starting, setStarting] = useState(false);
  const start = <Button onClick={() => setStarting(true)}>{t('stocktake.start')}</Button>;
  useKeys(t('nav.stocktakes'), [{ keys: 'n', label: t('stocktake.start'), run: () => setStarting(true) }]);
  return (
    <Page title={t('nav.stocktakes')} actions={rows.length > 0 && start}>
      <StockNav active="stocktakes" marks={useStockMarks()} />
      <DataTable
        label={t('nav.stocktakes')}
        storageKey="stocktakes"
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowName={rowName}
        {...pagedBy(list)}
        onOpen={({ id }) => go(`/stock/stocktakes/${id}`)}
        fit
        instead={insteadOf(
          list,
          rows,
          <EmptyState
            title={t('stocktake.none')}
            actions={
              <>
                {start}
                <Button variant="default" component="a" href="#/import">
                  {t('stocktake.import')}
                </Button>
              </>
            }
          >
            {t('stocktake.noneWords')}
          </EmptyState>,
        )}
      />
      {starting && <StartForm onClose={() => setStarting(false)} />}
    </Page>
  );
}

function useColumns(): Column<Stocktake>[] {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('stocktake.one'),
        width: 200,
        grow: 2,
        fixed: true,
        cell: ({ name }) => (
          <bdi className={`clip ${styles.name}`} title={name}>
            {name}
          </bdi>
        ),
      },
      {
        id: 'location',
        header: t('location.one'),
        width: 130,
        grow: 1,
        cell: ({ location }) => <bdi className="clip">{location}</bdi>,
      },
      {
        id: 'state',
        header: t('state'),
        width: 140,
        cell: ({ state, undone }) => (
          <StateBadge state={undone ? 'quiet' : stocktakeState[state]}>
            {t(undone ? 'takenBack' : `stocktake.state.${state}`)}
          </StateBadge>
        ),
      },
      {
        id: 'counted',
        header: t('stocktake.counted'),
        width: 120,
        align: 'end',
        cell: ({ counted, lines }) =>
          t('stocktake.countedOf', {
            counted: formatCount(counted, language),
            lines: formatCount(lines, language),
          }),
      },
      {
        id: 'unknown',
        header: t('stocktake.unknown'),
        width: 120,
        align: 'end',
        drop: 1,
        cell: ({ unknown }) => (unknown > 0 ? formatCount(unknown, language) : ''),
      },
      {
        id: 'begun',
        header: t('stocktake.begun'),
        width: 104,
        cell: ({ started_at }) => <When at={started_at} short />,
      },
    ],
    [t, language],
  );
}
