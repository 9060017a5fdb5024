import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Product, useProduct } from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href, useGo } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { Awaited, Facts, Money, NoticeLine, Page, Section, StateBadge } from '@/ui';
import { EditDialog } from './EditDialog';
import { ListingsOf } from './ListingsOf';
import { MergeDialog } from './MergeDialog';
import { nameOf } from './words';

/** One variant: what is known of it and its product, and by which listings channels offer it. */
export function ProductPage({ id }: { id: string }) {
  const { t } = useTranslation('products');
  const query = useProduct(id);
  const [open, setOpen] = useState<'edit' | 'merge' | null>(null);
  const product = query.data;
  const go = useGo();
  const list = recall('nav.products', '/products');
  const own = product?.merged_into === null;
  useKeys(product ? nameOf(product) : t('facts'), [
    ...backKeys(t('back'), () => go(list)),
    ...(own
      ? [
          { keys: 'e', label: t('edit'), run: () => setOpen('edit') },
          { keys: 'm', label: t('merge'), run: () => setOpen('merge') },
        ]
      : []),
  ]);
  if (!product)
    return (
      <Page title={t('facts')} within={{ href: href(list), name: t('title') }} scrollKey={`product.${id}`}>
        <Awaited query={query} />
      </Page>
    );
  const into = product.merged_into;
  return (
    <Page
      title={<bdi>{product.product.title || product.title}</bdi>}
      within={{ href: href(list), name: t('title') }}
      beside={
        <>
          <bdi className="mono">{product.sku}</bdi>
          <bdi>{product.options.map(({ value }) => value).join(' / ')}</bdi>
          {into && <StateBadge state="quiet">{t('merged', { sku: into.sku })}</StateBadge>}
        </>
      }
      scrollKey={`product.${id}`}
      actions={
        own && (
          <>
            <Button variant="default" component="a" href={`#/stock/${product.id}`}>
              {t('stock')}
            </Button>
            <Button variant="default" onClick={() => setOpen('merge')}>
              {t('merge')}
            </Button>
            <Button onClick={() => setOpen('edit')}>{t('edit')}</Button>
          </>
        )
      }
    >
      {into && (
        <NoticeLine state="waiting">
          {t('mergedWords')} <a href={`#/products/${into.id}`}>{t('mergedGo', { sku: into.sku })}</a>
        </NoticeLine>
      )}
      <Section title={t('facts')}>
        <ProductFacts product={product} />
      </Section>
      {own && <ListingsOf product={product} />}
      {open === 'edit' && <EditDialog product={product} onClose={() => setOpen(null)} />}
      {open === 'merge' && <MergeDialog product={product} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function ProductFacts({ product: p }: { product: Product }) {
  const { t } = useTranslation('products');
  const { language } = useLocale();
  const money = (amount: string | null) => amount !== null && <Money amount={amount} currency={p.currency} />;
  return (
    <Facts
      items={[
        { label: t('field.sku'), value: p.sku && <bdi className="mono">{p.sku}</bdi> },
        { label: t('field.gtin'), value: p.gtin && <span className="mono">{p.gtin}</span> },
        { label: t('field.title'), value: p.title !== p.product.title && <bdi>{p.title}</bdi> },
        ...p.options.map(({ name, value }) => ({
          label: name || t('field.options'),
          value: <bdi>{value}</bdi>,
        })),
        { label: t('field.price'), value: money(p.price) },
        { label: t('field.compare_at_price'), value: money(p.compare_at_price) },
        { label: t('field.cost'), value: money(p.cost) },
        {
          label: t('field.weight_grams'),
          value: p.weight_grams !== null && t('grams', { weight: formatQuantity(p.weight_grams, language) }),
        },
        { label: t('field.vendor'), value: p.product.vendor },
        { label: t('field.type'), value: p.product.type },
        { label: t('field.tags'), value: p.product.tags },
        {
          label: t('field.status'),
          value: p.product.status && t(`status.${p.product.status as 'active'}`),
        },
      ]}
    />
  );
}
