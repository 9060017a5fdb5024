import { Checkbox, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { type BooksMapping, type BooksStock, useStockPreview } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { ErrorState, NoticeLine, Section } from '@/ui';
import styles from './books.module.css';
import { Document } from './Document';
import { Account, type Props } from './Fields';
import { countedItems, stockOf } from './words';

/** Whether stock that moved without an order is posted, from when on, how, and against which account. */
export function Stock(props: Props) {
  const { t } = useTranslation('books');
  const { language } = useLocale();
  const { setup, mapping, onChange } = props;
  const stock = stockOf(mapping);
  const change = (next: Partial<BooksStock>) => onChange({ ...mapping, stock: { ...stock, ...next } });
  const count = countedItems(setup, mapping);
  return (
    <Section title={t('stock.title')}>
      <p className={styles.reason}>{t('stock.words')}</p>
      <Checkbox
        label={t('stock.post')}
        checked={stock.post}
        onChange={({ currentTarget: { checked } }) =>
          change({ post: checked, from: stock.from || new Date().toISOString().slice(0, 10) })
        }
      />
      {stock.post && (
        <>
          <p className={styles.reason}>
            {count > 0
              ? t('stock.counted', { count, number: formatCount(count, language) })
              : t('stock.noneCounted')}
          </p>
          <div className={styles.field}>
            <label htmlFor="stock-from">{t('stock.from')}</label>
            <TextInput
              id="stock-from"
              type="date"
              size="xs"
              value={stock.from}
              onChange={(event) => change({ from: event.currentTarget.value })}
            />
            <span className={styles.reason}>{t('stock.fromWords')}</span>
          </div>
          <Choices stock={stock} onChange={change} />
          <Account takes="adjustment" label={t('stock.against')} {...props} />
          <Account takes="inventory" label={t('stock.otherwise')} {...props} />
        </>
      )}
    </Section>
  );
}

interface ChoicesProps {
  stock: BooksStock;
  onChange: (next: Partial<BooksStock>) => void;
}

function Choices({ stock, onChange }: ChoicesProps) {
  const { t } = useTranslation('books');
  const choice = <K extends 'level' | 'value'>(field: K, words: Record<BooksStock[K], string>) => (
    <div className={styles.field}>
      <label htmlFor={`stock-${field}`}>{t(`stock.${field}`)}</label>
      <Select
        id={`stock-${field}`}
        size="xs"
        data={Object.entries<string>(words).map(([value, label]) => ({ value, label }))}
        value={stock[field]}
        onChange={(value) => value && onChange({ [field]: value })}
        allowDeselect={false}
      />
      {field === 'value' && <span className={styles.reason}>{t(`stock.valueWords.${stock.value}`)}</span>}
    </div>
  );
  return (
    <>
      {choice('level', { day: t('stock.levels.day'), movement: t('stock.levels.movement') })}
      {choice('value', { ledger: t('stock.values.ledger'), layers: t('stock.values.layers') })}
    </>
  );
}

interface PreviewProps {
  connection: string;
  mapping: BooksMapping;
}

/** What the latest movements of stock would be posted as, while the mapping is worked on. */
export function StockPreview({ connection, mapping }: PreviewProps) {
  const { t } = useTranslation('books');
  const [tried] = useDebouncedValue(mapping, 250);
  const { post } = stockOf(mapping);
  const preview = useStockPreview(connection, tried, post);
  if (!post) return null;
  return (
    <Section title={t('stock.preview')}>
      {preview.error && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data?.problem && (
        <NoticeLine state="needs_you">
          {preview.data.problem.message} {preview.data.problem.remedy}
        </NoticeLine>
      )}
      {preview.data?.documents.length === 0 && <p className={styles.soft}>{t('stock.nothing')}</p>}
      {preview.data?.documents.slice(0, shown).map((document) => (
        <Document key={document.reference} document={document} />
      ))}
    </Section>
  );
}

/** How many documents of stock a preview shows. */
const shown = 3;
