import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StockOne, useStockOne } from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { addAmounts, formatQuantity, isZero } from '@/lib/money';
import { href, useGo } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { Awaited, Page, Section } from '@/ui';
import { Costs } from './Costs';
import { Course } from './Course';
import { Ledger } from './Ledger';
import { LevelsTable } from './LevelsTable';
import { OfferRow } from './OfferRow';
import { Reordering } from './Reordering';
import styles from './stock.module.css';
import { Why } from './Why';
import { WriteDialog, type WriteKind } from './WriteDialog';

/** One variant: how it stands where, why, what its channels were told, and all that ever moved it. */
export function VariantPage({ id }: { id: string }) {
  const { t } = useTranslation('stock');
  const stock = useStockOne(id);
  const go = useGo();
  const back = () => go(recall('nav.stock', '/stock'));
  useKeys(t('title', { name: stock.data?.sku ?? '' }), backKeys(t('back'), back));
  if (stock.data) return <Shown key={id} stock={stock.data} />;
  return (
    <Page
      title={t('product')}
      within={{ href: href(recall('nav.stock', '/stock')), name: t('views.stock') }}
      scrollKey={`stock.${id}`}
    >
      <Awaited query={stock} />
    </Page>
  );
}

function Shown({ stock }: { stock: StockOne }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const [writing, setWriting] = useState<WriteKind | null>(null);
  const isKit = stock.kit.length > 0;
  const counts = stock.locations.length > 0;
  const there = (stock.explanation?.locations ?? []).map((each) => String(each.available));
  const available = formatQuantity(addAmounts(there), language);
  return (
    <Page
      title={<bdi className="mono">{stock.sku || stock.title}</bdi>}
      within={{ href: href(recall('nav.stock', '/stock')), name: t('views.stock') }}
      beside={<bdi className="clip">{stock.sku && stock.title}</bdi>}
      actions={
        <>
          <Button variant="default" component="a" href={`#/products/${stock.variant}`}>
            {t('product')}
          </Button>
          {!isKit && (
            <>
              {counts && (
                <Button variant="default" onClick={() => setWriting('adjust')}>
                  {t('adjust')}
                </Button>
              )}
              <Button onClick={() => setWriting('count')}>{t('count')}</Button>
            </>
          )}
        </>
      }
      scrollKey={`stock.${stock.variant}`}
    >
      <div className={styles.columns}>
        <div>
          {isKit && <Kit stock={stock} />}
          {counts && <Levels stock={stock} />}
          {stock.channels.length > 0 && <Channels variant={stock.variant} channels={stock.channels} />}
        </div>
        <Section title={counts ? t('why', { number: available }) : t('whyNone')}>
          {stock.explanation && <Why explanation={stock.explanation} />}
        </Section>
      </div>
      {counts && <Costs id={stock.variant} />}
      {!isKit && <Reordering stock={stock} />}
      {counts && <Course id={stock.variant} />}
      <Ledger id={stock.variant} />
      {writing && <WriteDialog kind={writing} stock={stock} onClose={() => setWriting(null)} />}
    </Page>
  );
}

function Levels({ stock }: { stock: StockOne }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  return (
    <Section title={t('levels')}>
      <LevelsTable locations={stock.locations} />
      {!isZero(String(stock.backordered)) && (
        <p className={styles.waits}>
          <strong>
            {formatQuantity(String(stock.backordered), language)} {t('waits')}
          </strong>{' '}
          {t('waitsWords')} <a href="#/stock/oversold">{t('waitsGo')}</a>
        </p>
      )}
    </Section>
  );
}

function Kit({ stock }: { stock: StockOne }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  return (
    <Section title={t('kit')} aside={<a href={href(`/kits/${stock.variant}`)}>{t('asKit')}</a>}>
      <p className={styles.soft}>{t('kitWords')}</p>
      <table className={styles.table}>
        <tbody>
          {stock.kit.map((each) => (
            <tr key={each.variant}>
              <td>
                <a href={`#/stock/${each.variant}`}>
                  <bdi className="mono">{each.sku}</bdi>
                </a>{' '}
                <bdi className={styles.soft}>{each.title}</bdi>
              </td>
              <td>{formatQuantity(String(each.quantity), language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Channels({ variant, channels }: { variant: string; channels: StockOne['channels'] }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const [open, setOpen] = useState<string | null>(null);
  const number = (n: number | null) => (n === null ? t('never') : formatCount(n, language));
  return (
    <Section title={t('sold')} aside={<a href="#/stock/drift">{t('soldGo')}</a>}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('listing')}</th>
            <th scope="col">{t('canSell')}</th>
            <th scope="col">{t('told')}</th>
            <th scope="col">{t('seen')}</th>
          </tr>
        </thead>
        <tbody>
          {channels.map((each) => (
            <OfferRow
              key={each.listing_id}
              sold={each}
              open={open === each.listing_id}
              onToggle={() => setOpen(open === each.listing_id ? null : each.listing_id)}
              number={number}
            />
          ))}
        </tbody>
      </table>
      <p className={styles.soft}>
        <a href={href('/stock/rules', { of: 'variant', id: variant })}>{t('productRule')}</a>
      </p>
    </Section>
  );
}
