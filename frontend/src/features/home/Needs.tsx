import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HomeView } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { StateBadge } from '@/ui';
import styles from './home.module.css';

/** What waits for a person: how many, what, an example, and the way there. */
export function Needs({ needs }: { needs: HomeView['needs'] }) {
  const { t } = useTranslation('home');
  const { language } = useLocale();
  const waiting = needs.filter(({ count }) => count > 0);
  if (waiting.length === 0) return <StateBadge state="fine">{t('needs.none')}</StateBadge>;
  return (
    <ul className={styles.list}>
      {waiting.map((need) => (
        <li key={`${need.kind} ${need.href}`} className={styles.need}>
          <span className={styles.count}>{formatCount(need.count, language)}</span>
          <span className={styles.what}>
            {need.words}{' '}
            {need.example && (
              <bdi className={styles.soft}>{t('needs.example', { example: need.example })}</bdi>
            )}
          </span>
          <Button size="compact-sm" variant="default" component="a" href={need.href}>
            {need.action}
          </Button>
        </li>
      ))}
    </ul>
  );
}
