import { useTranslation } from 'react-i18next';
import type { EdiError } from '@/api';
import { type State, StateBadge } from '@/ui';
import styles from './edi.module.css';

const states: Record<string, State> = { error: 'needs_you', noted: 'late', hint: 'quiet' };

/** One thing that is wrong: how grave, what, and what is allowed. */
export function Fault({ error }: { error: EdiError }) {
  const { t } = useTranslation('edi');
  return (
    <p className={styles.fault}>
      <StateBadge state={states[error.level] ?? 'quiet'}>
        {t(`level.${error.level as 'error' | 'noted' | 'hint'}`)}
      </StateBadge>{' '}
      <span>
        <bdi>{error.message}</bdi>{' '}
        <span className={styles.soft}>
          {[
            error.level !== 'hint' && error.allowed && t('allowed', { allowed: error.allowed }),
            error.code && t('code', { code: error.code }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
    </p>
  );
}
