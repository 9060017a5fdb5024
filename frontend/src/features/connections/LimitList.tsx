import { useTranslation } from 'react-i18next';
import type { ConnectionLimit } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { When } from '@/ui';
import styles from './connections.module.css';

/** The vendor's limits on calls: what is left, and when more is allowed. Those that are free stand folded where there are many. */
export function LimitList({ limits }: { limits: ConnectionLimit[] }) {
  const { t } = useTranslation('connections');
  const free = limits.filter((limit) => Math.floor(limit.left) >= limit.burst && !limit.next_allowed_at);
  if (limits.length <= fewLimits || free.length < 2) return <Limits limits={limits} />;
  return (
    <>
      <Limits limits={limits.filter((limit) => !free.includes(limit))} />
      <details className={styles.more}>
        <summary>{t('limits.free', { count: free.length })}</summary>
        <Limits limits={free} />
      </details>
    </>
  );
}

const fewLimits = 4;

function Limits({ limits }: { limits: ConnectionLimit[] }) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const number = (value: number) => formatCount(Math.floor(value), language);
  return (
    <ul className={styles.limits}>
      {limits.map((limit) => (
        <li key={limit.bucket}>
          <span className={styles.limitName}>{limit.bucket.replaceAll('_', ' ')}</span>
          <meter min={0} max={limit.burst} value={Math.max(0, limit.left)} aria-label={limit.bucket} />
          <span>
            {t('limits.left', { left: number(Math.max(0, limit.left)), burst: number(limit.burst) })}
            {limit.per_day > 0 && (
              <> · {t('limits.day', { spent: number(limit.spent_day), most: number(limit.per_day) })}</>
            )}
            {limit.next_allowed_at && (
              <>
                {' '}
                · {t('limits.next')} <When at={limit.next_allowed_at} as="clock" />
              </>
            )}
          </span>
          <span className={styles.soft}>{limit.why}</span>
        </li>
      ))}
    </ul>
  );
}
