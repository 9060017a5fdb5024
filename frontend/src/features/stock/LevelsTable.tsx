import { useTranslation } from 'react-i18next';
import type { Stock } from '@/api';
import { useLocale } from '@/lib/locale';
import { addAmounts, formatQuantity } from '@/lib/money';
import styles from './stock.module.css';

const levels = ['on_hand', 'reserved', 'available', 'incoming'] as const;

/** How a variant stands at each location, and in all. */
export function LevelsTable({ locations, slim = false }: { locations: Stock['locations']; slim?: boolean }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const text = (value: unknown) => formatQuantity(String(value), language);
  const shown = slim ? levels.slice(0, 3) : levels;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('column.where')}</th>
          {shown.map((level) => (
            <th key={level} scope="col">
              {t(`column.${level}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {locations.map((each) => (
          <tr key={each.location}>
            <td>
              <bdi>{each.location}</bdi>
            </td>
            {shown.map((level) => (
              <td key={level}>{text(each[level])}</td>
            ))}
          </tr>
        ))}
        {locations.length > 1 && (
          <tr className={styles.total}>
            <td>{t('total')}</td>
            {shown.map((level) => (
              <td key={level}>{text(addAmounts(locations.map((each) => String(each[level]))))}</td>
            ))}
          </tr>
        )}
      </tbody>
    </table>
  );
}
