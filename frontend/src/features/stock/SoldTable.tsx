import { useTranslation } from 'react-i18next';
import type { Stock } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import styles from './stock.module.css';

/** What each listing of a variant can sell. */
export function SoldTable({ channels }: { channels: Stock['channels'] }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('listing')}</th>
          <th scope="col">{t('canSell')}</th>
        </tr>
      </thead>
      <tbody>
        {channels.map((each) => (
          <tr key={`${each.channel} ${each.listing}`}>
            <td>
              <bdi>{each.channel}</bdi> <bdi className={`mono ${styles.soft}`}>{each.listing}</bdi>
            </td>
            <td>{each.ours === null ? t('grid.notTracked') : formatCount(each.ours, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
