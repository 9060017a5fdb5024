import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ConnectedAccount, Connector } from '@/api';
import { Facts } from '@/ui';
import styles from './connections.module.css';

/** Whose account it is, what may be done there, and what a person should know of it. */
export function AccountCard({
  account,
  connector,
}: {
  account: ConnectedAccount;
  connector: Connector | null;
}) {
  const { t } = useTranslation('connections');
  const rights = connector
    ? [
        ...connector.streams.map(({ stream }) => stream),
        ...connector.writes.map(({ operation }) => operation),
      ]
    : account.rights;
  return (
    <>
      <Facts
        items={[
          { label: t('account.name'), value: <bdi>{account.name}</bdi> },
          {
            label: t('account.url'),
            value: account.url && (
              <a href={account.url} target="_blank" rel="noreferrer">
                <bdi>{account.url}</bdi>
              </a>
            ),
          },
          { label: t('account.currency'), value: account.currency },
          { label: t('account.zone'), value: account.zone },
          { label: t('account.version'), value: account.version },
          { label: t('account.locations'), value: account.locations.join(', ') },
        ]}
      />
      <h3 className={styles.small}>{t('account.rights')}</h3>
      <ul className={styles.rights}>
        {rights.map((right) => {
          const may = account.rights.includes(right);
          const Icon = may ? IconCheck : IconMinus;
          return (
            <li key={right} data-may={may}>
              <Icon size={14} stroke={2} aria-hidden />
              <span>
                <RightWords right={right} />
                {!may && <span className={styles.soft}> {t('account.not')}</span>}
              </span>
            </li>
          );
        })}
      </ul>
      {account.notes.length > 0 && (
        <>
          <h3 className={styles.small}>{t('account.notes')}</h3>
          <ul className={styles.notes}>
            {account.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const known = [
  'orders',
  'products',
  'stock',
  'customers',
  'stock_set',
  'price_set',
  'order_status',
  'order_ship',
  'order_cancel',
  'order_refund',
  'lists',
  'documents',
  'book_post',
  'book_undo',
] as const;

/** A right of a manifest in words: "orders" is read, "stock.set" is written. */
export function RightWords({ right }: { right: string }) {
  const { t } = useTranslation('connections');
  const key = known.find((each) => each === right.replace('.', '_'));
  return <>{key ? t(`right.${key}`) : right}</>;
}
