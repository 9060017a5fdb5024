import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { useLocale } from '@/lib/locale';
import { formatAmount } from '@/lib/money';
import styles from './Money.module.css';

interface Props {
  /** A decimal string, or null where the source states none. */
  amount: string | null;
  /** Null where the source names none. */
  currency: string | null;
  /** Shown, visibly as our own sum, when the amount is not stated. */
  computed?: string | null;
  /** What an unstated amount looks like: words in a record, nothing in a table. */
  missing?: 'words' | 'empty';
  /** The currency is said beside, or above: here it only says how many digits there are. */
  bare?: boolean;
}

/** An amount with its currency. Computed ones are set apart, unstated ones are said, never shown as zero. */
export function Money({ amount, currency, computed = null, missing = 'empty', bare = false }: Props) {
  const { t } = useTranslation('ui');
  const { language } = useLocale();
  const shown = amount ?? computed;
  if (shown === null) {
    return missing === 'words' ? <span className={styles.missing}>{t('money.notStated')}</span> : null;
  }
  const isComputed = amount === null;
  return (
    <span className={styles.money} title={isComputed ? t('money.computed') : undefined}>
      {currency && !bare && <span className={styles.currency}>{currency}</span>}
      <span className={cx(isComputed && styles.computed)}>
        {formatAmount(shown, currency ?? '', language)}
      </span>
      {isComputed && <span className="sr">{t('money.computed')}</span>}
    </span>
  );
}
