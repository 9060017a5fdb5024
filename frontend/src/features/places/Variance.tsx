import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Stocktake, type StocktakeLine, useStocktakeLines } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { useGo } from '@/lib/nav';
import { type Column, DataTable, EmptyState, insteadOf, Money, NoticeLine, ProductName, pagedBy } from '@/ui';
import styles from './places.module.css';
import { signed } from './words';

interface Props {
  stocktake: Stocktake;
  which: '' | 'differ' | 'missing';
}

const rowId = (row: StocktakeLine): string => row.id;
const rowName = (row: StocktakeLine): string => row.sku || row.title;

/** What was expected, what the ledger says of the instant of the count, what was counted, and what the difference is worth. */
export function Variance({ stocktake, which }: Props) {
  const { t } = useTranslation('places');
  const go = useGo();
  const list = useStocktakeLines(stocktake.id, which);
  const rows = useMemo(() => list.data?.pages.flatMap(({ lines }) => lines) ?? [], [list.data]);
  const hides = stocktake.blind && stocktake.state === 'open';
  const columns = useColumns(hides);
  return (
    <>
      {hides && <NoticeLine state="quiet">{t('stocktake.hidden')}</NoticeLine>}
      <DataTable
        label={t(`stocktake.tab.${which || 'all'}`)}
        storageKey={`stocktake.${stocktake.id}.${which}`}
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowName={rowName}
        {...pagedBy(list)}
        onOpen={({ variant }) => go(`/stock/${variant}`)}
        fit
        instead={insteadOf(
          list,
          rows,
          <EmptyState title={t(`stocktake.noLines.${which || 'all'}`)}>
            {t(`stocktake.noLinesWords.${which || 'all'}`)}
          </EmptyState>,
        )}
      />
    </>
  );
}

function useColumns(hides: boolean): Column<StocktakeLine>[] {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  return useMemo(() => {
    const number = (value: unknown) =>
      value === null || value === undefined ? '' : formatQuantity(String(value), language);
    const open: Column<StocktakeLine>[] = [
      {
        id: 'expected',
        header: t('stocktake.column.expected'),
        width: 104,
        align: 'end',
        drop: 3,
        cell: (row) =>
          row.tracked ? number(row.expected) : <span className="soft">{t('stocktake.notTracked')}</span>,
      },
      {
        id: 'then',
        header: t('stocktake.column.then'),
        hint: t('stocktake.thenWords'),
        width: 112,
        align: 'end',
        cell: (row) => number(row.then),
      },
    ];
    const judged: Column<StocktakeLine>[] = [
      {
        id: 'variance',
        header: t('stocktake.column.variance'),
        width: 92,
        align: 'end',
        cell: (row) =>
          differs(row) ? <strong>{signed(number(row.variance))}</strong> : number(row.variance),
      },
      {
        id: 'value',
        header: t('stocktake.column.value'),
        width: 124,
        align: 'end',
        drop: 2,
        cell: (row) =>
          differs(row) && row.value !== null && <Money amount={String(row.value)} currency={row.currency} />,
      },
    ];
    const notes = (row: StocktakeLine): string =>
      [
        row.problem,
        row.added ? t('stocktake.added') : '',
        isZero(String(row.moved)) ? '' : t('stocktake.moved', { number: number(row.moved) }),
      ]
        .filter(Boolean)
        .join(' ');
    return [
      {
        id: 'product',
        header: t('product'),
        width: 200,
        grow: 2,
        fixed: true,
        cell: (row) => (
          <span className="clip" title={row.title}>
            <ProductName {...row} />
          </span>
        ),
      },
      ...(hides ? [] : open),
      {
        id: 'counted',
        header: t('stocktake.column.counted'),
        width: 92,
        align: 'end',
        cell: (row) => number(row.counted),
      },
      ...(hides ? [] : judged),
      {
        id: 'note',
        header: t('note'),
        width: 120,
        grow: 2,
        drop: 1,
        cell: (row) => (
          <span className={`clip ${styles.remark}`} title={notes(row)}>
            {notes(row)}
          </span>
        ),
      },
    ];
  }, [t, language, hides]);
}

const differs = ({ variance }: StocktakeLine): boolean => variance !== null && !isZero(String(variance));
