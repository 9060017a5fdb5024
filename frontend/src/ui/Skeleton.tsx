import { useTranslation } from 'react-i18next';
import styles from './Skeleton.module.css';

/** Where something stands in a moment: quiet lines, and only when it lets wait. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation('ui');
  return (
    <div className={styles.lines} role="status">
      <span className="sr">{t('reading')}</span>
      {Array.from({ length: lines }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <div key={place} className={styles.line} />
      ))}
    </div>
  );
}
