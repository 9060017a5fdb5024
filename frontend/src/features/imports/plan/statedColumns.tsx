import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportRecord } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { type Column, Money, When } from '@/ui';
import { type Kind, rowWords } from '../words';
import { Note, VerdictBadge } from './columns';
import styles from './Plan.module.css';

type Shape = 'text' | 'mono' | 'money' | 'number' | 'when';
type Header =
  | 'title'
  | 'customer'
  | 'email'
  | 'place'
  | 'vendor'
  | 'price'
  | 'cost'
  | 'location'
  | 'on_hand'
  | 'counted_at'
  | 'order'
  | 'tracking'
  | 'carrier'
  | 'shipped_at'
  | 'listing'
  | 'sku'
  | 'pack'
  | 'gtin'
  | 'document';
interface Shown {
  header: Header;
  shape: Shape;
  /** The stated fields to show: the first that is stated. */
  of: readonly string[];
  width?: number;
  grow?: number;
}

/** What names a record of each kind, and what to see of it at a glance. */
const named: Record<Exclude<Kind, 'orders'>, Shown> = {
  products: { header: 'sku', shape: 'mono', of: ['sku', 'gtin'], width: 140 },
  customers: {
    header: 'customer',
    shape: 'text',
    of: ['name', 'company', 'email', 'phone', 'external_id'],
    width: 170,
  },
  stock_counts: { header: 'sku', shape: 'mono', of: ['sku', 'gtin'], width: 150 },
  tracking: { header: 'order', shape: 'text', of: ['order_number'], width: 150 },
  prices: { header: 'sku', shape: 'mono', of: ['sku', 'gtin'], width: 150 },
  listing_links: { header: 'listing', shape: 'mono', of: ['listing_sku'], width: 170 },
  edi: { header: 'document', shape: 'text', of: ['none'], width: 150 },
};
const seen: Record<Exclude<Kind, 'orders'>, readonly Shown[]> = {
  products: [
    { header: 'title', shape: 'text', of: ['product.title', 'title'], grow: 1.4 },
    { header: 'price', shape: 'money', of: ['price'] },
  ],
  customers: [
    { header: 'email', shape: 'text', of: ['email'], grow: 1 },
    { header: 'place', shape: 'text', of: ['city', 'region', 'country'] },
  ],
  stock_counts: [
    { header: 'location', shape: 'text', of: ['location'] },
    { header: 'on_hand', shape: 'number', of: ['on_hand'] },
    { header: 'counted_at', shape: 'when', of: ['counted_at'] },
  ],
  tracking: [
    { header: 'tracking', shape: 'mono', of: ['tracking'], grow: 1 },
    { header: 'carrier', shape: 'text', of: ['carrier'] },
    { header: 'shipped_at', shape: 'when', of: ['shipped_at'] },
  ],
  prices: [
    { header: 'price', shape: 'money', of: ['price'] },
    { header: 'cost', shape: 'money', of: ['cost'] },
  ],
  listing_links: [
    { header: 'sku', shape: 'mono', of: ['sku'] },
    { header: 'pack', shape: 'number', of: ['pack_multiple'] },
  ],
  edi: [],
};

/** The columns of a plan whose records are no orders. */
export function useStatedColumns(kind: Kind, done: boolean): Column<ImportRecord>[] {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  return useMemo(() => {
    if (kind === 'orders') return [];
    const column = ({ header, shape, of, width = 124, grow }: Shown): Column<ImportRecord> => ({
      id: header,
      header: t(`column.${header}`),
      width,
      grow,
      align: shape === 'money' || shape === 'number' ? 'end' : undefined,
      cell: ({ stated }) => {
        const value = of.map((field) => stated[field]).find(Boolean) ?? '';
        return <Value shape={shape} value={value} currency={stated.currency ?? ''} language={language} />;
      },
    });
    const name = named[kind];
    return [
      {
        id: 'verdict',
        header: t(done ? 'column.outcome' : 'column.verdict'),
        width: 104,
        cell: (record) => <VerdictBadge record={record} done={done} />,
      },
      {
        ...column(name),
        fixed: true,
        cell: (record) => {
          const value = name.of.map((field) => record.stated[field]).find(Boolean);
          return (
            <bdi className={`${styles.number} clip`} title={value ?? record.title}>
              {record.kind === 'orders' && record.stated.type && `${record.stated.type} `}
              {value ?? (record.number || record.title)}
            </bdi>
          );
        },
      },
      ...seen[kind].map(column),
      ...(kind === 'edi'
        ? [
            {
              id: 'says',
              header: t('column.says'),
              width: 200,
              grow: 1.4,
              cell: ({ kind: what, title, buyer, items, order, number }: ImportRecord) =>
                what !== 'orders' ? (
                  <bdi className="ellipsis" title={title}>
                    {title}
                  </bdi>
                ) : order ? (
                  <a className="ellipsis" href={`#/orders/${order}`} tabIndex={-1}>
                    {[buyer, items].filter(Boolean).join(' · ') || number}
                  </a>
                ) : (
                  <bdi className="ellipsis">{[buyer, items].filter(Boolean).join(' · ')}</bdi>
                ),
            },
            {
              id: 'total',
              header: t('column.total'),
              width: 112,
              align: 'end' as const,
              drop: 1,
              cell: (record: ImportRecord) => (
                <Money amount={record.total} currency={record.currency} computed={record.computed_total} />
              ),
            },
          ]
        : []),
      {
        id: 'note',
        header: t('column.note'),
        width: 180,
        grow: 2,
        cell: (record) => <Note record={record} />,
      },
      {
        id: 'rows',
        header: t('column.rows'),
        width: kind === 'edi' ? 84 : 56,
        align: 'end',
        cell: (record) => (
          <span className={`${styles.rows} ellipsis`} title={rowWords(record.rows)}>
            {rowWords(record.rows)}
          </span>
        ),
      },
    ];
  }, [t, kind, done, language]);
}

interface ValueProps {
  shape: Shape;
  value: string;
  currency: string;
  language: string;
}

function Value({ shape, value, currency, language }: ValueProps) {
  if (value === '') return null;
  switch (shape) {
    case 'money':
      return <Money amount={value} currency={currency} />;
    case 'number':
      return <>{formatQuantity(value, language)}</>;
    case 'when':
      return <When at={value} as="clock" />;
    default:
      return (
        <bdi className={shape === 'mono' ? 'mono clip' : 'clip'} title={value}>
          {value}
        </bdi>
      );
  }
}
