import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Stock, useStock } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { addAmounts, formatQuantity, isZero } from '@/lib/money';
import { href, useGo, useSearchParams } from '@/lib/nav';
import { type Column, Facts, SidePeek, StockNav } from '@/ui';
import { RecordList } from './RecordList';
import styles from './records.module.css';

const rowId = (row: Stock): string => row.variant;
const rowName = (row: Stock): string => row.sku || row.title;
type Level = 'on_hand' | 'reserved' | 'available' | 'incoming';
const sum = (row: Stock, level: Level): string =>
  addAmounts(row.locations.map((each) => String(each[level])));

/** What is on hand of each variant. A variant nobody has counted yet is not tracked, which is not zero. */
export function StockPage() {
  const { t } = useTranslation('records');
  const { language } = useLocale();
  const go = useGo();
  const q = useSearchParams()[0].q ?? '';
  const query = useStock(q);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.stock) ?? [], [query.data]);
  const columns = useMemo<Column<Stock>[]>(() => {
    const level = (id: Level, drop?: number): Column<Stock> => ({
      id,
      header: t(`column.${id}`),
      width: 104,
      align: 'end',
      drop,
      cell: (row) => (row.tracked ? formatQuantity(sum(row, id), language) : ''),
    });
    return [
      {
        id: 'sku',
        header: t('column.sku'),
        width: 150,
        fixed: true,
        cell: (row) => <bdi className={`mono clip ${styles.name}`}>{row.sku}</bdi>,
      },
      {
        id: 'title',
        header: t('column.title'),
        width: 160,
        grow: 2,
        cell: (row) => (
          <bdi className="clip" title={row.title}>
            {row.title}
          </bdi>
        ),
      },
      {
        id: 'where',
        header: t('column.where'),
        width: 140,
        grow: 1,
        drop: 2,
        cell: (row) =>
          row.tracked ? (
            <bdi className="clip">{row.locations.map(({ location }) => location).join(', ')}</bdi>
          ) : (
            <span className={styles.soft} title={t('notTrackedWords')}>
              {t('notTracked')}
            </span>
          ),
      },
      {
        id: 'listings',
        header: t('column.listings'),
        width: 84,
        align: 'end',
        drop: 4,
        cell: (row) => (row.channels.length > 0 ? formatCount(row.channels.length, language) : ''),
      },
      level('on_hand'),
      level('reserved', 3),
      level('available', 1),
      {
        id: 'backordered',
        header: t('column.backordered'),
        width: 110,
        align: 'end',
        drop: 2,
        cell: (row) =>
          isZero(String(row.backordered)) ? '' : formatQuantity(String(row.backordered), language),
      },
      { ...level('incoming'), hidden: true },
    ];
  }, [t, language]);
  return (
    <RecordList
      kind="stock"
      above={<StockNav active="levels" />}
      list={{ ...query, rows }}
      columns={columns}
      rowId={rowId}
      rowName={rowName}
      onOpen={(row) => go(`/stock/${row.variant}`)}
      peek={(row, onClose) => <StockPeek row={row} onClose={onClose} />}
    />
  );
}

const shown: readonly Level[] = ['on_hand', 'reserved', 'available'];

function StockPeek({ row, onClose }: { row: Stock; onClose: () => void }) {
  const { t } = useTranslation('records');
  const { language } = useLocale();
  return (
    <SidePeek title={<bdi className="mono">{rowName(row)}</bdi>} onClose={onClose}>
      <Facts
        items={[
          { label: t('column.title'), value: <bdi>{row.title}</bdi> },
          {
            label: t('column.backordered'),
            value: !isZero(String(row.backordered)) && formatQuantity(String(row.backordered), language),
          },
        ]}
      />
      <a href={href(`/stock/${row.variant}`)}>{t('openStock')}</a>
      <div className={styles.part}>
        <h2>{t('levels')}</h2>
        {row.tracked ? (
          <table className={styles.levels}>
            <thead>
              <tr>
                <th scope="col">{t('column.where')}</th>
                {shown.map((level) => (
                  <th key={level} scope="col">
                    {t(`column.${level}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {row.locations.map((each) => (
                <tr key={each.location}>
                  <td>
                    <bdi>{each.location}</bdi>
                  </td>
                  {shown.map((level) => (
                    <td key={level}>{formatQuantity(String(each[level]), language)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p className={styles.text}>{t('notTrackedWords')}</p>
        )}
      </div>
      {row.channels.length > 0 && (
        <div className={styles.part}>
          <h2>{t('soldOn')}</h2>
          <table className={styles.levels}>
            <thead>
              <tr>
                <th scope="col">{t('channel')}</th>
                <th scope="col">{t('canSell')}</th>
              </tr>
            </thead>
            <tbody>
              {row.channels.map((each) => (
                <tr key={`${each.channel} ${each.listing}`}>
                  <td>
                    <bdi>{each.channel}</bdi> <bdi className="mono">{each.listing}</bdi>
                  </td>
                  <td>{each.ours === null ? t('notTracked') : formatCount(each.ours, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </SidePeek>
  );
}
