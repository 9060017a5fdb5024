import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Transfer, useTransfers } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { addAmounts, formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { EmptyState, ErrorState, Page, StateBadge, StockNav, When } from '@/ui';
import styles from './places.module.css';
import { TransferForm } from './TransferForm';
import { transferState } from './words';

/** Goods between locations, newest first. */
export function TransfersPage() {
  const { t } = useTranslation('places');
  const list = useTransfers();
  const all = list.data?.pages.flatMap(({ transfers }) => transfers) ?? [];
  const [making, setMaking] = useState(false);
  const add = <Button onClick={() => setMaking(true)}>{t('transfer.new')}</Button>;
  return (
    <Page title={t('title')} actions={add} scrollKey="transfers">
      <div className={styles.nav}>
        <StockNav active="transfers" />
      </div>
      {list.error && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && all.length === 0 && (
        <EmptyState
          title={t('transfer.none')}
          actions={
            <>
              <Button onClick={() => setMaking(true)}>{t('transfer.new')}</Button>
              <Button variant="default" component="a" href="#/stock/locations">
                {t('transfer.locations')}
              </Button>
            </>
          }
        >
          {t('transfer.noneWords')}
        </EmptyState>
      )}
      {all.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('transfer.one')}</th>
              <th scope="col">{t('transfer.way')}</th>
              <th scope="col">{t('state')}</th>
              <th scope="col" className={styles.end}>
                {t('transfer.products')}
              </th>
              <th scope="col" className={styles.end}>
                {t('transfer.inTransit')}
              </th>
              <th scope="col">{t('transfer.sentAt')}</th>
            </tr>
          </thead>
          <tbody>
            {all.map((each) => (
              <Row key={each.id} transfer={each} />
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
      {making && <TransferForm onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Row({ transfer }: { transfer: Transfer }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const way = addAmounts(transfer.lines.map((line) => String(line.in_transit)));
  return (
    <tr>
      <td>
        <a href={href(`/stock/transfers/${transfer.id}`)}>{t('transfer.number', { id: transfer.id })}</a>
        {transfer.note && <bdi className={`${styles.soft} ${styles.note}`}>{transfer.note}</bdi>}
      </td>
      <td>
        <bdi>{transfer.from}</bdi> → <bdi>{transfer.to}</bdi>
      </td>
      <td>
        <StateBadge state={transferState[transfer.state]}>{t(`transfer.state.${transfer.state}`)}</StateBadge>
      </td>
      <td className={styles.end}>{formatCount(transfer.lines.length, language)}</td>
      <td className={styles.end}>{isZero(way) ? '' : formatQuantity(way, language)}</td>
      <td>{transfer.sent_at && <When at={transfer.sent_at} />}</td>
    </tr>
  );
}
