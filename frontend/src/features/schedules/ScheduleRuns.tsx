import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Id, useRuns } from '@/api';
import { duration } from '@/lib/when';
import { Awaited, RunCause, RunState, When } from '@/ui';
import styles from './schedules.module.css';

/** Every run of a schedule, newest first: how it went, what came, how long it took, who asked for it. */
export function ScheduleRuns({ schedule }: { schedule: Id }) {
  const { t } = useTranslation('schedules');
  const list = useRuns({ watch: schedule });
  const runs = useMemo(() => list.data?.pages.flatMap((page) => page.runs) ?? [], [list.data]);
  return (
    <section className={styles.runs}>
      <h2>{t('runs.title')}</h2>
      <Awaited query={list} lines={3} />
      {list.data && runs.length === 0 && <p className={styles.soft}>{t('runs.none')}</p>}
      <ol>
        {runs.map((run) => (
          <li key={run.id}>
            <RunState state={run.state} />
            <a href={run.import ? `#/import/${run.import}` : `#/activity/${run.id}`} className={styles.run}>
              {run.error?.message || run.words || run.title}
            </a>
            <span className={styles.meta}>
              <When at={run.started_at} />
              {run.duration_ms !== null && ` · ${duration(run.duration_ms)}`}
              {' · '}
              <RunCause cause={run.cause} />
            </span>
          </li>
        ))}
      </ol>
      {list.hasNextPage && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => void list.fetchNextPage()}
          disabled={list.isFetchingNextPage}
        >
          {t('runs.more')}
        </Button>
      )}
    </section>
  );
}
