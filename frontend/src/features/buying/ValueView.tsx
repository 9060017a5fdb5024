import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StockValue, useStockValue } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { useGo } from '@/lib/nav';
import {
  Awaited,
  type Column,
  DataTable,
  EmptyState,
  Money,
  NoticeLine,
  PlainTable,
  ProductName,
  Section,
  StateBadge,
} from '@/ui';
import styles from './buying.module.css';

type ValueLine = StockValue['lines'][number];

/** What all stock cost, now or at an instant, by location and by product. */
export function ValueView() {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const [day, setDay] = useState('');
  const query = useStockValue(day ? `${day} 23:59` : '');
  const value = query.data;
  const columns = useColumns(value?.currency ?? null);
  const go = useGo();
  const text = (quantity: unknown) => formatQuantity(String(quantity), language);
  if (!value) return <Awaited query={query} />;
  if (value.lines.length === 0 && day === '')
    return (
      <EmptyState
        title={t('value.none')}
        actions={
          <>
            <Button component="a" href="#/import">
              {t('value.import')}
            </Button>
            <Button variant="default" component="a" href="#/purchases">
              {t('value.orders')}
            </Button>
          </>
        }
      >
        {t('value.noneWords')}
      </EmptyState>
    );
  return (
    <>
      <div className={styles.worth}>
        <div className={styles.bar}>
          <p className={styles.total}>
            <Money amount={value.total} currency={value.currency} missing="words" />
          </p>
          <span className="soft">{t(`value.${value.method}`)}</span>
          <TextInput
            type="date"
            size="xs"
            aria-label={t('value.at')}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          <span className="soft">{t(day ? 'value.then' : 'value.now')}</span>
        </div>
        {!isZero(String(value.without_cost)) && (
          <p>
            <StateBadge state="late">{t('value.unknown', { number: text(value.without_cost) })}</StateBadge>
          </p>
        )}
        {(value.locations.length > 1 || value.on_road !== null) && (
          <Section title={t('value.locations')}>
            <PlainTable>
              <tbody>
                {value.locations.map((each) => (
                  <tr key={each.location}>
                    <td>
                      <bdi>{each.location}</bdi>
                    </td>
                    <td data-number>{text(each.quantity)}</td>
                    <td data-number>
                      <Money amount={each.value} currency={value.currency} missing="words" />
                    </td>
                  </tr>
                ))}
                {value.on_road !== null && (
                  <tr>
                    <td>{t('value.road')}</td>
                    <td />
                    <td data-number>
                      <Money amount={value.on_road} currency={value.currency} />
                    </td>
                  </tr>
                )}
              </tbody>
            </PlainTable>
          </Section>
        )}
      </div>
      {value.more > 0 && (
        <NoticeLine state="quiet">
          {t('value.more', { number: formatCount(value.more, language) })}
        </NoticeLine>
      )}
      <DataTable
        label={t('value.products')}
        storageKey="purchases.value"
        resetKey={day}
        columns={columns}
        rows={value.lines}
        rowId={rowId}
        rowName={rowName}
        onOpen={({ variant }) => go(`/stock/${variant}`)}
        fit
      />
    </>
  );
}

const rowId = (row: ValueLine): string => `${row.variant} ${row.location}`;
const rowName = (row: ValueLine): string => row.sku || row.title;

function useColumns(currency: string | null): Column<ValueLine>[] {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  return useMemo(
    () => [
      {
        id: 'item',
        header: t('column.item'),
        width: 220,
        grow: 2,
        fixed: true,
        cell: (row) => (
          <span className="clip" title={row.title}>
            <ProductName {...row} />
          </span>
        ),
      },
      {
        id: 'where',
        header: t('column.where'),
        width: 140,
        grow: 1,
        cell: ({ location }) => <bdi className="clip">{location}</bdi>,
      },
      {
        id: 'onHand',
        header: t('column.onHand'),
        width: 110,
        align: 'end',
        cell: ({ quantity }) => formatQuantity(String(quantity), language),
      },
      {
        id: 'value',
        header: t('column.value'),
        width: 140,
        align: 'end',
        cell: ({ quantity, value }) =>
          !isZero(String(quantity)) && <Money amount={value} currency={currency} missing="words" />,
      },
    ],
    [t, language, currency],
  );
}
