import { useTranslation } from 'react-i18next';
import type { BooksPosting } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatAmount, formatQuantity } from '@/lib/money';
import { Money, StateBadge } from '@/ui';
import styles from './books.module.css';
import { sides } from './words';

/** A document line by line: which account is debited and credited, and that both sides are the same. */
export function Document({ document, titled = true }: { document: BooksPosting; titled?: boolean }) {
  const { t } = useTranslation('books');
  const { language } = useLocale();
  const { lines, currency } = document;
  if (lines.length === 0) return null;
  const { debit, even } = sides(lines);
  const valued = document.kind !== 'stock_adjustment' || document.total !== null;
  const amount = (text: string | null) => text && formatAmount(text, currency, language);
  return (
    <div className={styles.document}>
      {titled && (
        <h3>
          <span>
            {document.kind_words} <bdi>{document.number}</bdi>
          </span>
          {document.total && <Money amount={document.total} currency={currency} />}
        </h3>
      )}
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t('column.account')}</th>
            <th>{t('column.text')}</th>
            {valued && <th className={styles.end}>{t('column.debit')}</th>}
            {valued && <th className={styles.end}>{t('column.credit')}</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no id, and keep their order
            <tr key={place}>
              <td>
                <bdi>{line.account}</bdi>
              </td>
              <td>
                <bdi>{line.text || line.words}</bdi>
                {line.quantity && (
                  <span className={styles.soft}> × {formatQuantity(line.quantity, language)}</span>
                )}
                {line.item && line.item !== line.text && (
                  <div className={styles.soft}>
                    <bdi>{line.item}</bdi>
                  </div>
                )}
              </td>
              {valued && <td className={styles.end}>{amount(line.debit)}</td>}
              {valued && <td className={styles.end}>{amount(line.credit)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {!valued && <span className={styles.soft}>{t('unvalued')}</span>}
      {valued && (
        <StateBadge state={even ? 'fine' : 'needs_you'}>
          {even
            ? t('balanced', { amount: `${formatAmount(debit, currency, language)} ${currency}` })
            : t('unbalanced')}
        </StateBadge>
      )}
    </div>
  );
}
