import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type StockEntry, useStockEntries } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { ErrorState, Section, When } from '@/ui';
import styles from './stock.module.css';
import type { EntryKind } from './Why';

/** Every entry, newest first, with what caused it. */
export function Ledger({ id }: { id: string }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const query = useStockEntries(id);
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (entries.length === 0) return null;
  const moved = (value: unknown) => {
    const text = String(value);
    if (isZero(text)) return '';
    return text.startsWith('-') ? formatQuantity(text, language) : `+${formatQuantity(text, language)}`;
  };
  return (
    <Section title={t('ledger')} aside={<span className={styles.soft}>{t('ledgerWords')}</span>}>
      <table className={styles.ledger}>
        <thead>
          <tr>
            <th scope="col">{t('when')}</th>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('because')}</th>
            <th scope="col">{t('column.where')}</th>
            <th scope="col">{t('moved')}</th>
            <th scope="col">{t('held')}</th>
            <th scope="col">{t('column.incoming')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((each) => (
            <tr key={each.id}>
              <td>
                <When at={each.occurred_at ?? ''} />
              </td>
              <td>{t(`kind.${each.kind as EntryKind}`)}</td>
              <td>
                <Because entry={each} />
              </td>
              <td>
                <bdi>{each.location}</bdi>
              </td>
              <td>{moved(each.on_hand)}</td>
              <td>{moved(each.reserved)}</td>
              <td>{moved(each.incoming)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {query.hasNextPage && (
        <Button
          variant="default"
          size="compact-sm"
          mt={8}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('older')}
        </Button>
      )}
    </Section>
  );
}

function Because({ entry }: { entry: StockEntry }) {
  const { t } = useTranslation('stock');
  if (entry.order) {
    if (!entry.number) return <span className={styles.soft}>{t('gone')}</span>;
    return (
      <>
        <a href={href(`/orders/${entry.order}`)}>{entry.number}</a>{' '}
        <bdi className={styles.soft}>{entry.channel}</bdi>
      </>
    );
  }
  if (entry.transfer) {
    return (
      <>
        <a href={href(`/stock/transfers/${entry.transfer}`)}>{t('transfer', { number: entry.transfer })}</a>
        {entry.reason && (
          <>
            {': '}
            <bdi>{entry.reason}</bdi>
          </>
        )}
      </>
    );
  }
  if (entry.purchase)
    return (
      <>
        <a href={href(`/purchases/${entry.purchase}`)}>{entry.number}</a>{' '}
        <bdi className={styles.soft}>{entry.supplier}</bdi>
      </>
    );
  if (entry.kit) return <a href={href(`/kits/${entry.kit}`)}>{t('ofKit', { name: entry.kit_name })}</a>;
  if (!entry.run) return null;
  return (
    <>
      <a href={href(`/activity/${entry.run}`)}>
        <bdi>{entry.run_title ?? t('run', { number: entry.run })}</bdi>
      </a>
      {entry.reason && (
        <>
          {': '}
          <bdi>{entry.reason}</bdi>
        </>
      )}
    </>
  );
}
