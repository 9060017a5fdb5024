import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatCount, useLocale } from '@/lib/locale';
import { duration } from '@/lib/when';
import styles from './StatusLine.module.css';

export interface Work {
  id: string;
  title: string;
  progress: { done: number; total: number } | null;
  /** Milliseconds it still takes, when that can be said. */
  left: number | null;
}

interface Props {
  work: Work[];
  onCancel: (id: string) => void;
}

/** What runs now, with how far it is. Long work lives here, never in a modal. */
export function StatusLine({ work, onCancel }: Props) {
  const { t } = useTranslation('ui');
  const { language } = useLocale();
  const first = work[0];
  if (!first) return null;
  const { progress } = first;
  const share = progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;
  return (
    <div className={styles.line} role="status" aria-live="off">
      <span className={`${styles.title} ellipsis`}>{first.title}</span>
      {progress && progress.total > 0 && (
        <>
          <span className={styles.track} aria-hidden>
            <span className={styles.fill} style={{ display: 'block', width: `${share * 100}%` }} />
          </span>
          <span>
            {t('status.of', {
              done: formatCount(progress.done, language),
              total: formatCount(progress.total, language),
            })}
          </span>
        </>
      )}
      {first.left !== null && <span>{t('status.left', { time: duration(first.left) })}</span>}
      {work.length > 1 && <span>{t('status.more', { count: work.length - 1 })}</span>}
      <span className={styles.spacer} />
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onCancel(first.id)}>
        {t('status.cancel')}
      </Button>
    </div>
  );
}
