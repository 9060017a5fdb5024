import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Stocktake, type StocktakeLine, useStocktakeLines } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { ErrorState, Money } from '@/ui';
import styles from './places.module.css';
import { signed } from './words';

interface Props {
  stocktake: Stocktake;
  which: '' | 'differ' | 'missing';
}

/** What was expected, what the ledger says of the instant of the count, what was counted, and what the difference is worth. */
export function Variance({ stocktake, which }: Props) {
  const { t } = useTranslation('places');
  const list = useStocktakeLines(stocktake.id, which);
  const lines = list.data?.pages.flatMap((page) => page.lines) ?? [];
  const hides = stocktake.blind && stocktake.state === 'open';
  if (list.error && !list.data) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data && lines.length === 0) {
    return <p className={styles.lead}>{t(`stocktake.noLines.${which || 'all'}`)}</p>;
  }
  return (
    <>
      {hides && <p className={styles.lead}>{t('stocktake.hidden')}</p>}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('product')}</th>
            {!hides && (
              <>
                <th scope="col" className={styles.end}>
                  {t('stocktake.column.expected')}
                </th>
                <th scope="col" className={styles.end} title={t('stocktake.thenWords')}>
                  {t('stocktake.column.then')}
                </th>
              </>
            )}
            <th scope="col" className={styles.end}>
              {t('stocktake.column.counted')}
            </th>
            {!hides && (
              <>
                <th scope="col" className={styles.end}>
                  {t('stocktake.column.variance')}
                </th>
                <th scope="col" className={styles.end}>
                  {t('stocktake.column.value')}
                </th>
              </>
            )}
            <th scope="col">
              <span className="sr">{t('note')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.id} line={line} hides={hides} />
          ))}
        </tbody>
      </table>
      {list.hasNextPage && (
        <Button
          mt={12}
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </>
  );
}

function Line({ line, hides }: { line: StocktakeLine; hides: boolean }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const number = (text: unknown) =>
    text === null || text === undefined ? '' : formatQuantity(String(text), language);
  const differs = line.variance !== null && !isZero(String(line.variance));
  return (
    <tr>
      <td>
        <a href={href(`/stock/${line.variant}`)}>
          <bdi className="mono">{line.sku || line.title}</bdi>
        </a>{' '}
        <bdi className={styles.soft}>{line.sku && line.title}</bdi>
      </td>
      {!hides && (
        <>
          <td className={styles.end}>{line.tracked ? number(line.expected) : t('stocktake.notTracked')}</td>
          <td className={styles.end}>{number(line.then)}</td>
        </>
      )}
      <td className={styles.end}>{number(line.counted)}</td>
      {!hides && (
        <>
          <td className={styles.end} data-differs={differs || undefined}>
            {differs ? signed(number(line.variance)) : number(line.variance)}
          </td>
          <td className={styles.end}>
            {differs && line.value !== null && <Money amount={String(line.value)} currency={line.currency} />}
          </td>
        </>
      )}
      <td className={styles.soft}>
        {[
          line.problem,
          line.added ? t('stocktake.added') : '',
          isZero(String(line.moved)) ? '' : t('stocktake.moved', { number: number(line.moved) }),
        ]
          .filter(Boolean)
          .join(' ')}
      </td>
    </tr>
  );
}
