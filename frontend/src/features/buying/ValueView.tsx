import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStockValue } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { Awaited, EmptyState, Money, PlainTable, ProductName, Section, StateBadge } from '@/ui';
import styles from './buying.module.css';

/** What all stock cost, now or at an instant, by location and by product. */
export function ValueView() {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const [day, setDay] = useState('');
  const query = useStockValue(day ? `${day} 23:59` : '');
  const value = query.data;
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
    <div className={styles.scroll}>
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
      <Section title={t('value.products')}>
        <PlainTable
          heads={[
            t('column.item'),
            t('column.where'),
            { label: t('column.onHand'), number: true },
            { label: t('column.value'), number: true },
          ]}
        >
          <tbody>
            {value.lines.map((line) => (
              <tr key={`${line.variant} ${line.location}`}>
                <td>
                  <ProductName {...line} href={href(`/stock/${line.variant}`)} />
                </td>
                <td>
                  <bdi>{line.location}</bdi>
                </td>
                <td data-number>{text(line.quantity)}</td>
                <td data-number>
                  {isZero(String(line.quantity)) ? null : (
                    <Money amount={line.value} currency={value.currency} missing="words" />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
        {value.more > 0 && (
          <p className="soft">{t('value.more', { number: formatCount(value.more, language) })}</p>
        )}
      </Section>
    </div>
  );
}
