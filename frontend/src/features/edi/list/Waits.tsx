import { useTranslation } from 'react-i18next';
import type { EdiWaiting } from '@/api';
import { StateBadge, When } from '@/ui';
import styles from '../edi.module.css';
import { waitingWords } from '../words';

/** What a document waits for, until when, and what is late. */
export function Waits({ waiting }: { waiting: readonly EdiWaiting[] }) {
  const { t } = useTranslation('edi');
  if (waiting.length === 0) return null;
  return (
    <span className={styles.waits}>
      {waiting.map((one) => (
        <StateBadge
          key={`${one.what} ${one.kind}`}
          state={one.late ? 'needs_you' : one.who === 'us' ? 'late' : 'waiting'}
        >
          {waitingWords(t, one)}
          {one.due && (
            <>
              {' '}
              <span className={styles.soft}>
                {one.late ? t('waiting.late') : t('waiting.due')} <When at={one.due} />
              </span>
            </>
          )}
        </StateBadge>
      ))}
    </span>
  );
}
