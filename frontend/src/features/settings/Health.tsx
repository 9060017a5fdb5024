import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoctor } from '@/api';
import { ErrorState, Section, StateBadge } from '@/ui';
import styles from './settings.module.css';

/** Looks the whole workspace over when asked, and says in words what it found. */
export function Health() {
  const { t } = useTranslation('settings');
  const [asked, setAsked] = useState(false);
  const doctor = useDoctor(asked);
  const check = () => {
    if (asked) void doctor.refetch();
    else setAsked(true);
  };
  return (
    <Section
      title={t('health.title')}
      aside={
        <Button size="compact-sm" variant="default" onClick={check} loading={doctor.isFetching}>
          {t('health.check')}
        </Button>
      }
    >
      {!doctor.data && !doctor.error && <p className={styles.words}>{t('health.words')}</p>}
      {doctor.error && <ErrorState error={doctor.error} onRetry={() => void doctor.refetch()} />}
      <div aria-live="polite">
        {doctor.data && (
          <>
            <p className={styles.sum}>{doctor.data.ok ? t('health.ok') : t('health.notOk')}</p>
            <ul className={styles.checks}>
              {doctor.data.checks.map((check) => (
                <li key={check.name}>
                  <StateBadge state={check.ok ? 'fine' : 'needs_you'}>
                    <span className="sr">{check.ok ? t('health.good') : t('health.bad')}</span>
                  </StateBadge>
                  <span>
                    {check.words} {!check.ok && check.remedy}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Section>
  );
}
