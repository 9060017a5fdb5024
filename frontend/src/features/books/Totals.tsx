import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Books, useBookTotals } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatAmount } from '@/lib/money';
import { ErrorState, Money, NoticeLine, Section, StateBadge } from '@/ui';
import styles from './books.module.css';

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** What was posted day by day, whether it ties out, and what each account has of it. */
export function Totals({ books }: { books: Books }) {
  const { t } = useTranslation('books');
  const { language } = useLocale();
  const [from, setFrom] = useState(() => daysAgo(30));
  const totals = useBookTotals(books.connection, from, true);
  const days = totals.data?.days ?? [];
  const amount = (text: string, currency: string) => formatAmount(text, currency, language);
  return (
    <div className={styles.scroll}>
      <TextInput
        type="date"
        size="xs"
        label={t('totals.from')}
        value={from}
        onChange={(event) => event.currentTarget.value && setFrom(event.currentTarget.value)}
        style={{ width: 160 }}
      />
      {totals.error && <ErrorState error={totals.error} onRetry={() => void totals.refetch()} />}
      {totals.data?.cut && <NoticeLine state="late">{t('totals.cut')}</NoticeLine>}
      {totals.data && !totals.data.cut && days.length === 0 && <p>{t('totals.none')}</p>}
      {days.length > 0 && (
        <Section
          title={t('totals.days')}
          aside={<span className={styles.soft}>{t('totals.daysWords')}</span>}
        >
          <table className={styles.table}>
            <thead>
              <tr>
                <th>{t('column.day')}</th>
                <th className={styles.end}>{t('column.documents')}</th>
                <th className={styles.end}>{t('column.total')}</th>
                <th className={styles.end}>{t('column.there')}</th>
                <th>{t('column.difference')}</th>
              </tr>
            </thead>
            <tbody>
              {days.map((day) => (
                <tr key={day.day + day.currency}>
                  <td>{day.day}</td>
                  <td className={styles.end}>{formatCount(day.documents, language)}</td>
                  <td className={styles.end}>
                    <Money amount={day.total} currency={day.currency} />
                  </td>
                  <td className={styles.end}>{amount(day.there, day.currency)}</td>
                  <td>
                    {Number(day.difference) === 0 ? (
                      <StateBadge state="fine">{t('totals.ties')}</StateBadge>
                    ) : (
                      <StateBadge state="needs_you">{amount(day.difference, day.currency)}</StateBadge>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      {days.length > 0 && (
        <Section
          title={t('totals.accounts')}
          aside={<span className={styles.soft}>{t('totals.accountsWords')}</span>}
        >
          <table className={styles.table}>
            <thead>
              <tr>
                <th>{t('column.day')}</th>
                <th>{t('column.account')}</th>
                <th className={styles.end}>{t('column.debit')}</th>
                <th className={styles.end}>{t('column.credit')}</th>
              </tr>
            </thead>
            <tbody>
              {totals.data?.accounts.map((row, place, all) => (
                <tr key={row.day + row.account + row.currency}>
                  <td>{all[place - 1]?.day === row.day ? '' : row.day}</td>
                  <td>
                    <bdi>{row.account}</bdi> <span className={styles.soft}>{row.currency}</span>
                  </td>
                  <td className={styles.end}>
                    {Number(row.debit) === 0 ? '' : amount(row.debit, row.currency)}
                  </td>
                  <td className={styles.end}>
                    {Number(row.credit) === 0 ? '' : amount(row.credit, row.currency)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
    </div>
  );
}
