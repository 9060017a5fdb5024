import { useTranslation } from 'react-i18next';
import type { HomeView } from '@/api';
import { cx } from '@/lib/cx';
import { formatCount, useLocale } from '@/lib/locale';
import { href } from '@/lib/nav';
import { useNow } from '@/lib/now';
import { dayIn } from './home';
import styles from './home.module.css';

interface Props {
  today: HomeView['today'];
  zone: string;
}

/** The day in numbers; each opens the orders it counts. */
export function Today({ today, zone }: Props) {
  const { t } = useTranslation('home');
  const { language } = useLocale();
  const now = useNow();
  const placed_from = dayIn(zone, new Date(now));
  const numbers = [
    { key: 'orders', count: today.orders_today, to: href('/orders', { placed_from }) },
    { key: 'toShip', count: today.to_ship, to: href('/orders', { status: 'to_ship' }) },
    { key: 'late', count: today.late, to: href('/orders', { status: 'late' }) },
    { key: 'held', count: today.held, to: href('/orders', { status: 'held' }) },
  ] as const;
  return (
    <ul className={styles.numbers}>
      {numbers.map(({ key, count, to }) => (
        <li key={key}>
          <a href={to}>
            <span
              className={cx(
                styles.big,
                key === 'late' && count > 0 && styles.late,
                count === 0 && styles.zero,
              )}
            >
              {formatCount(count, language)}
            </span>
            <span className={styles.soft}>{t(`today.${key}`, { count })}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
