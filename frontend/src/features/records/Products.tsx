import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Product, useProducts } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { useSearchParams } from '@/lib/nav';
import { type Column, Facts, Money, PeekPart, SidePeek } from '@/ui';
import { RecordList } from './RecordList';
import styles from './records.module.css';

const rowId = (row: Product): string => row.id;
const rowName = (row: Product): string => row.sku ?? row.title;
const optionsOf = (row: Product): string => row.options.map(({ value }) => value).join(' / ');
/** A variant seldom has a title of its own: then it is called by its product and what makes it differ. */
const nameOf = (row: Product): string => row.product.title || row.title;

/** Every variant with what is known of it and its product. */
export function ProductsPage() {
  const { t } = useTranslation('records');
  const q = useSearchParams()[0].q ?? '';
  const query = useProducts(q);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.products) ?? [], [query.data]);
  const columns = useMemo<Column<Product>[]>(
    () => [
      {
        id: 'sku',
        header: t('column.sku'),
        width: 150,
        fixed: true,
        cell: (row) => <bdi className={`mono clip ${styles.name}`}>{row.sku}</bdi>,
      },
      {
        id: 'title',
        header: t('column.title'),
        width: 180,
        grow: 2,
        fixed: true,
        cell: (row) => (
          <bdi className="clip" title={nameOf(row)}>
            {nameOf(row)}
          </bdi>
        ),
      },
      {
        id: 'options',
        header: t('column.options'),
        width: 120,
        grow: 1,
        drop: 2,
        cell: (row) => <bdi className="clip">{optionsOf(row)}</bdi>,
      },
      {
        id: 'vendor',
        header: t('column.vendor'),
        width: 120,
        grow: 0.6,
        drop: 4,
        cell: (row) => <bdi className="clip">{row.product.vendor}</bdi>,
      },
      {
        id: 'type',
        header: t('column.type'),
        width: 120,
        hidden: true,
        cell: (row) => <bdi className="clip">{row.product.type}</bdi>,
      },
      {
        id: 'gtin',
        header: t('column.gtin'),
        width: 124,
        drop: 5,
        cell: (row) => <span className="mono">{row.gtin}</span>,
      },
      {
        id: 'cost',
        header: t('column.cost'),
        width: 110,
        align: 'end',
        drop: 3,
        cell: (row) => <Money amount={row.cost} currency={row.currency} />,
      },
      {
        id: 'price',
        header: t('column.price'),
        width: 110,
        align: 'end',
        drop: 1,
        cell: (row) => <Money amount={row.price} currency={row.currency} />,
      },
    ],
    [t],
  );
  return (
    <RecordList
      kind="products"
      list={{ ...query, rows }}
      columns={columns}
      rowId={rowId}
      rowName={rowName}
      peek={(row, onClose) => <ProductPeek row={row} onClose={onClose} />}
    />
  );
}

function ProductPeek({ row, onClose }: { row: Product; onClose: () => void }) {
  const { t } = useTranslation('records');
  const { language } = useLocale();
  const { product, currency } = row;
  const money = (amount: string | null) => amount !== null && <Money amount={amount} currency={currency} />;
  return (
    <SidePeek title={<bdi>{nameOf(row)}</bdi>} onClose={onClose}>
      <Facts
        items={[
          { label: t('column.sku'), value: row.sku && <bdi className="mono">{row.sku}</bdi> },
          { label: t('column.gtin'), value: row.gtin && <span className="mono">{row.gtin}</span> },
          ...row.options.map(({ name, value }) => ({
            label: name || t('column.options'),
            value: <bdi>{value}</bdi>,
          })),
          { label: t('column.price'), value: money(row.price) },
          { label: t('compareAt'), value: money(row.compare_at_price) },
          { label: t('column.cost'), value: money(row.cost) },
          {
            label: t('weight'),
            value:
              row.weight_grams !== null && t('grams', { weight: formatQuantity(row.weight_grams, language) }),
          },
          { label: t('column.vendor'), value: product.vendor },
          { label: t('column.type'), value: product.type },
          { label: t('status.label'), value: product.status && t(`status.${product.status}`) },
          { label: t('tags'), value: product.tags },
          {
            label: t('image'),
            value: row.image_url && <bdi className={styles.image}>{row.image_url}</bdi>,
          },
        ]}
      />
      <Button variant="default" size="compact-sm" mt="md" component="a" href={`#/products/${row.id}`}>
        {t('open')}
      </Button>
      {product.description && (
        <PeekPart title={t('description')}>
          <p className={styles.text}>{plain(product.description)}</p>
        </PeekPart>
      )}
    </SidePeek>
  );
}

/** Descriptions are web text; here only their words are shown. Parsing as a document runs nothing. */
function plain(html: string): string {
  if (!/<[a-z!/]/i.test(html)) return html;
  const broken = html.replace(/<(br|\/p|\/li|\/h\d|\/div)\b[^>]*>/gi, '\n');
  return (new DOMParser().parseFromString(broken, 'text/html').body.textContent ?? '')
    .replace(/\n\s*\n+/g, '\n')
    .trim();
}
