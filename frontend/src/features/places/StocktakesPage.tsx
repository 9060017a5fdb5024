import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Stocktake, useStocktakes } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { href } from '@/lib/nav';
import { EmptyState, ErrorState, Page, StateBadge, StockNav, When } from '@/ui';
import styles from './places.module.css';
import { StartForm } from './StartForm';
import { stocktakeState } from './words';

/** Stocktakes, newest first. */
export function StocktakesPage() {
  const { t } = useTranslation('places');
  const list = useStocktakes();
  const all = list.data?.pages.flatMap(({ stocktakes }) => stocktakes) ?? [];
  const [starting, setStarting] = useState(false);
  const start = <Button onClick={() => setStarting(true)}>{t('stocktake.start')}</Button>;
  return (
    <Page title={t('title')} actions={start} scrollKey="stocktakes">
      <div className={styles.nav}>
        <StockNav active="stocktakes" />
      </div>
      {list.error && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && all.length === 0 && (
        <EmptyState title={t('stocktake.none')} actions={start}>
          {t('stocktake.noneWords')}
        </EmptyState>
      )}
      {all.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('stocktake.one')}</th>
              <th scope="col">{t('location.one')}</th>
              <th scope="col">{t('state')}</th>
              <th scope="col" className={styles.end}>
                {t('stocktake.counted')}
              </th>
              <th scope="col" className={styles.end}>
                {t('stocktake.unknown')}
              </th>
              <th scope="col">{t('stocktake.begun')}</th>
            </tr>
          </thead>
          <tbody>
            {all.map((each) => (
              <Row key={each.id} stocktake={each} />
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && (
        <Button
          mt={12}
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('older')}
        </Button>
      )}
      {starting && <StartForm onClose={() => setStarting(false)} />}
    </Page>
  );
}

function Row({ stocktake }: { stocktake: Stocktake }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  return (
    <tr>
      <td>
        <a href={href(`/stock/stocktakes/${stocktake.id}`)}>
          <bdi>{stocktake.name}</bdi>
        </a>
      </td>
      <td>
        <bdi>{stocktake.location}</bdi>
      </td>
      <td>
        <StateBadge state={stocktake.undone ? 'quiet' : stocktakeState[stocktake.state]}>
          {t(stocktake.undone ? 'takenBack' : `stocktake.state.${stocktake.state}`)}
        </StateBadge>
      </td>
      <td className={styles.end}>
        {t('stocktake.countedOf', {
          counted: formatCount(stocktake.counted, language),
          lines: formatCount(stocktake.lines, language),
        })}
      </td>
      <td className={styles.end}>{stocktake.unknown > 0 ? formatCount(stocktake.unknown, language) : ''}</td>
      <td>
        <When at={stocktake.started_at ?? ''} />
      </td>
    </tr>
  );
}
