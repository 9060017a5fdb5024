import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Customer, useCustomers } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { href, useSearchParams } from '@/lib/nav';
import { type Column, Facts, SidePeek } from '@/ui';
import { RecordList } from './RecordList';
import styles from './records.module.css';

const rowId = (row: Customer): string => row.id;
const rowName = (row: Customer): string => row.name ?? row.company ?? row.email ?? row.phone ?? row.id;
const place = (row: Customer): string =>
  [row.city, row.region, row.country].filter((part) => part !== null).join(', ');

/** People and companies that buy, newest first. */
export function CustomersPage() {
  const { t } = useTranslation('records');
  const { language } = useLocale();
  const q = useSearchParams()[0].q ?? '';
  const query = useCustomers(q);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.customers) ?? [], [query.data]);
  const columns = useMemo<Column<Customer>[]>(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 150,
        grow: 1.2,
        fixed: true,
        cell: (row) => <bdi className={`clip ${styles.name}`}>{rowName(row)}</bdi>,
      },
      {
        id: 'company',
        header: t('column.company'),
        width: 130,
        grow: 1,
        drop: 3,
        cell: (row) => <bdi className="clip">{row.company}</bdi>,
      },
      {
        id: 'email',
        header: t('column.email'),
        width: 180,
        grow: 1.4,
        cell: (row) => <bdi className="clip">{row.email}</bdi>,
      },
      {
        id: 'phone',
        header: t('column.phone'),
        width: 140,
        drop: 4,
        cell: (row) => <bdi className="clip">{row.phone}</bdi>,
      },
      {
        id: 'place',
        header: t('column.place'),
        width: 150,
        grow: 1,
        drop: 2,
        cell: (row) => <bdi className="clip">{place(row)}</bdi>,
      },
      {
        id: 'orders',
        header: t('column.orders'),
        width: 80,
        align: 'end',
        drop: 1,
        cell: (row) => (row.orders > 0 ? formatCount(row.orders, language) : ''),
      },
    ],
    [t, language],
  );
  return (
    <RecordList
      kind="customers"
      list={{ ...query, rows }}
      columns={columns}
      rowId={rowId}
      rowName={rowName}
      peek={(row, onClose) => <CustomerPeek row={row} onClose={onClose} />}
    />
  );
}

function CustomerPeek({ row, onClose }: { row: Customer; onClose: () => void }) {
  const { t } = useTranslation('records');
  const { language } = useLocale();
  const town = [row.city, row.region, row.postal_code].filter(Boolean).join(', ');
  const address = [row.line1, row.line2, row.line3, town, row.country].filter(Boolean);
  return (
    <SidePeek title={<bdi>{rowName(row)}</bdi>} onClose={onClose}>
      <Facts
        items={[
          { label: t('column.company'), value: row.company !== rowName(row) && <bdi>{row.company}</bdi> },
          { label: t('column.email'), value: row.email && <bdi>{row.email}</bdi> },
          { label: t('column.phone'), value: row.phone && <bdi>{row.phone}</bdi> },
          {
            label: t('address'),
            value: address.length > 0 && <bdi className={styles.text}>{address.join('\n')}</bdi>,
          },
          { label: t('note'), value: row.note && <bdi className={styles.text}>{row.note}</bdi> },
          {
            label: t('column.orders'),
            value:
              row.orders > 0 ? (
                <a href={href('/orders', { search: row.email ?? rowName(row) })}>
                  {t('theirOrders', { count: row.orders, number: formatCount(row.orders, language) })}
                </a>
              ) : (
                t('noOrders')
              ),
          },
        ]}
      />
    </SidePeek>
  );
}
