import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Schedule, useDeleteSchedule } from '@/api';
import { knownZone } from '@/lib/choices';
import { native } from '@/lib/native';
import { zoneCity } from '@/lib/when';
import { Confirm, Facts, SidePeek, StateBadge, showDone, showProblem, When } from '@/ui';
import { Deliveries } from './Deliveries';
import { ScheduleRuns } from './ScheduleRuns';
import styles from './schedules.module.css';
import { useScheduleSteps } from './useScheduleSteps';

interface Props {
  schedule: Schedule;
  onEdit: () => void;
  onClose: () => void;
}

/** One schedule: how it is, what can be done, what it sent, and every run. */
export function SchedulePanel({ schedule, onEdit, onClose }: Props) {
  const { t } = useTranslation('schedules');
  const { run, pauseOrResume, isPending } = useScheduleSteps();
  const [deleting, setDeleting] = useState(false);
  const remove = useDeleteSchedule();
  const { name, kind, job } = schedule;
  const imports = kind !== 'export';
  return (
    <SidePeek title={<bdi>{name}</bdi>} onClose={onClose}>
      <p className={styles.state}>
        <StateBadge state={schedule.paused ? 'quiet' : schedule.state}>
          <span className={styles.wrap}>{schedule.words}</span>
        </StateBadge>
        {schedule.alarm?.mailed === 'sent' && <span className={styles.soft}>{t('alarmMailed')}</span>}
      </p>
      <Group gap={6} mb="md">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => run(schedule)}
          disabled={isPending || schedule.running}
        >
          {schedule.running ? t('running') : t(kind === 'watch' ? 'look' : 'run')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => pauseOrResume(schedule)}
          disabled={isPending}
        >
          {schedule.paused ? t('resume') : t('pause')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onEdit}>
          {t('edit')}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setDeleting(true)}>
          {t('delete')}
        </Button>
      </Group>
      <Facts
        items={[
          { label: t('column.target'), value: <Target schedule={schedule} /> },
          {
            label: t('column.cron'),
            value: t('cronIn', { words: schedule.cron_words, city: zoneCity(knownZone(schedule.zone)) }),
          },
          {
            label: t('column.next'),
            value: !schedule.paused && schedule.next_at && <When at={schedule.next_at} as="exact" />,
          },
          {
            label: t('lastGood'),
            value: schedule.last_success_at ? <When at={schedule.last_success_at} /> : t('never'),
          },
          {
            label: t('alarmAt'),
            value: schedule.alarm_at ? <When at={schedule.alarm_at} as="exact" /> : t('alarmNever'),
          },
          { label: t('form.channel'), value: imports && (job.channel || t('byFile')) },
          { label: t('form.mode'), value: imports && job.mode && t(`mode.${job.mode}`) },
          { label: t('form.pattern'), value: job.pattern },
          { label: t('form.after'), value: job.after && t(`after.${job.after}`) },
          { label: t('form.fileName'), value: job.file_name },
        ]}
      />
      {kind === 'export' && <Deliveries schedule={schedule.id} />}
      <ScheduleRuns schedule={schedule.id} />
      {deleting && (
        <Confirm
          title={t('deleteTitle', { name })}
          action={t('deleteGo')}
          danger
          busy={remove.isPending}
          onClose={() => setDeleting(false)}
          onConfirm={() =>
            remove.mutate(schedule.id, {
              onSuccess: () => {
                onClose();
                showDone(t('deleted', { name }));
              },
            })
          }
        >
          {t('deleteWords', { name })}
        </Confirm>
      )}
    </SidePeek>
  );
}

function Target({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const open = native()?.OpenFolder;
  const local = schedule.kind === 'watch' || schedule.job.to === 'folder';
  return (
    <>
      <bdi>{schedule.target}</bdi>{' '}
      {open && local && (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => void open(schedule.target).catch(showProblem)}
        >
          {t('openFolder')}
        </Button>
      )}
    </>
  );
}
