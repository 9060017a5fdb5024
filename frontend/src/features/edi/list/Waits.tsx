import { useTranslation } from 'react-i18next';
import type { EdiWaiting } from '@/api';
import { StateBadge, When } from '@/ui';
import styles from '../edi.module.css';
import { waitingWords } from '../words';

interface Props {
  waiting: readonly EdiWaiting[];
  /** In a row of a table: the most urgent, and how many others. */
  short?: boolean;
}

/** What a document waits for, until when, and what is late. */
export function Waits({ waiting, short = false }: Props) {
  const { t } = useTranslation('edi');
  const urgent = waiting.toSorted((one, other) => Number(other.late) - Number(one.late));
  const shown = short ? urgent.slice(0, 1) : waiting;
  if (waiting.length === 0) return null;
  return (
    <span className={styles.waits}>
      {shown.map((one) => (
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
      {waiting.length > shown.length && (
        <span
          className={styles.soft}
          title={urgent
            .slice(1)
            .map((one) => waitingWords(t, one))
            .join(', ')}
        >
          +{waiting.length - shown.length}
        </span>
      )}
    </span>
  );
}
