import { useTranslation } from 'react-i18next';
import styles from './Change.module.css';

interface Props {
  before: string | null;
  after: string | null;
}

/** "7 → 5". What is empty on either side is said. */
export function Change({ before, after }: Props) {
  const { t } = useTranslation('ui');
  const value = (text: string | null) =>
    text === null || text === '' ? (
      <span className={styles.none}>{t('change.nothing')}</span>
    ) : (
      <bdi>{text}</bdi>
    );
  return (
    <span className={styles.change}>
      <span className={styles.before}>{value(before)}</span>
      <span className={styles.arrow} aria-label={t('change.becomes')} role="img">
        →
      </span>
      <span className={styles.after}>{value(after)}</span>
    </span>
  );
}
