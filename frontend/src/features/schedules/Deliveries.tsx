import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Delivery, type Id, useDecideDelivery, useDeliveries } from '@/api';
import { Awaited, type State, StateBadge, When } from '@/ui';
import styles from './schedules.module.css';

const states: Record<Delivery['state'], State> = {
  prepared: 'waiting',
  sending: 'waiting',
  sent: 'fine',
  unknown: 'needs_you',
  dropped: 'quiet',
};

/** The files of an export schedule. Of one whose outcome nobody knows, the person says what became of it. */
export function Deliveries({ schedule }: { schedule: Id }) {
  const { t } = useTranslation('schedules');
  const list = useDeliveries(schedule);
  const decide = useDecideDelivery();
  const files = (list.data ?? []).slice(0, 12);
  return (
    <section className={styles.runs}>
      <h2>{t('deliveries.title')}</h2>
      <Awaited query={list} lines={3} />
      {list.data && files.length === 0 && <p className={styles.soft}>{t('deliveries.none')}</p>}
      <ol>
        {files.map((file) => (
          <li key={file.id}>
            <StateBadge state={states[file.state]}>{t(`deliveries.state.${file.state}`)}</StateBadge>
            <span className={styles.run}>
              <bdi>{file.name}</bdi>
            </span>
            <span className={styles.meta}>
              <When at={file.settled_at ?? file.created_at} />
              {file.state !== 'sent' && ` · ${file.words} ${file.remedy}`}
            </span>
            {(file.state === 'unknown' || file.state === 'prepared') && (
              <Group gap={4} className={styles.meta}>
                {(file.state === 'unknown'
                  ? (['sent', 'again', 'dropped'] as const)
                  : (['dropped'] as const)
                ).map((decision) => (
                  <Button
                    key={decision}
                    size="compact-xs"
                    variant="default"
                    disabled={decide.isPending}
                    onClick={() => decide.mutate({ id: file.id, decision })}
                  >
                    {t(decision === 'dropped' ? 'deliveries.drop' : `deliveries.${decision}`)}
                  </Button>
                ))}
              </Group>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
