import { useTranslation } from 'react-i18next';
import type { Stock } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import styles from './stock.module.css';

/** What each listing can sell, what its channel was told, and what it was last seen to have. */
export function SoldTable({ channels, slim = false }: { channels: Stock['channels']; slim?: boolean }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const number = (n: number | null) => (n === null ? t('never') : formatCount(n, language));
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('listing')}</th>
          <th scope="col">{t('canSell')}</th>
          {!slim && <th scope="col">{t('told')}</th>}
          {!slim && <th scope="col">{t('seen')}</th>}
        </tr>
      </thead>
      <tbody>
        {channels.map((each) => (
          <tr key={`${each.channel} ${each.listing}`}>
            <td>
              <bdi>{each.channel}</bdi> <bdi className={`mono ${styles.soft}`}>{each.listing}</bdi>
            </td>
            <td>{each.ours === null ? t('grid.notTracked') : formatCount(each.ours, language)}</td>
            {!slim && <td>{number(each.last_pushed)}</td>}
            {!slim && <td>{number(each.live)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
