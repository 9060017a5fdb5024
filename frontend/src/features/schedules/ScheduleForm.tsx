import { Button, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  type Id,
  type Schedule,
  type ScheduleJob,
  type ScheduleKind,
  useAddSchedule,
  useSaveSchedule,
  useSettings,
} from '@/api';
import { knownZone } from '@/lib/choices';
import { Dialog, showDone, ZoneSelect } from '@/ui';
import { ExportFields } from './ExportFields';
import { ImportFields } from './ImportFields';
import { ServerPick } from './ServerPick';
import styles from './schedules.module.css';
import { WhenField } from './WhenField';

interface Props {
  kind: ScheduleKind;
  /** Left out for a new one. */
  schedule?: Schedule;
  onClose: () => void;
  onServers: () => void;
  onSaved: (id: Id) => void;
}

/** What the parts of the form share: the job so far, how to change it, and what is wrong with a field. */
export interface JobFields {
  job: ScheduleJob;
  change: (part: Partial<ScheduleJob>) => void;
  wrong: (field: string) => string | undefined;
}

const alarms = ['auto', '60', '240', '1560', '10080', 'never'] as const;
const minutesOf = (choice: string) => (choice === 'auto' ? 0 : choice === 'never' ? -1 : Number(choice));
const choiceOf = (minutes: number) => (minutes === 0 ? 'auto' : minutes < 0 ? 'never' : String(minutes));

const fresh: Record<ScheduleKind, ScheduleJob> = {
  watch: { mode: 'merge' },
  fetch: { mode: 'merge', after: 'move' },
  export: { to: 'folder', file_name: '{name}' },
};
const firstWords: Record<ScheduleKind, string> = {
  watch: 'every 5 minutes',
  fetch: 'every 15 minutes',
  export: 'every weekday at 7:30',
};

/** A schedule: what it does, when, in whose time, and when silence is an alarm. */
export function ScheduleForm({ kind, schedule, onClose, onServers, onSaved }: Props) {
  const { t } = useTranslation('schedules');
  const settings = useSettings().data;
  const [name, setName] = useState(schedule?.name ?? '');
  const [job, setJob] = useState<ScheduleJob>(schedule?.job ?? fresh[kind]);
  const [when, setWhen] = useState(schedule?.cron_words ?? firstWords[kind]);
  const [ownZone, setZone] = useState(schedule?.zone ?? '');
  const [jitter, setJitter] = useState<number | string>(schedule?.jitter_minutes ?? 0);
  const [alarm, setAlarm] = useState(choiceOf(schedule?.alarm_minutes ?? 0));
  const add = useAddSchedule();
  const save = useSaveSchedule();
  const zone = ownZone || knownZone(settings?.zone ?? '');
  const error = add.error ?? save.error;
  const wrong = (field: string) =>
    error instanceof ApiError && error.problem.field === field
      ? `${error.problem.detail} ${error.problem.remedy}`
      : undefined;
  const fields: JobFields = {
    job,
    wrong,
    change: (part) => {
      setJob({ ...job, ...part });
      // What was wrong is not said of what is typed now.
      add.reset();
      save.reset();
    },
  };
  const ready = when.trim() !== '' && complete(kind, job);
  const submit = () => {
    if (!ready) return;
    const values = {
      name: name.trim(),
      zone,
      jitter_minutes: Number(jitter) || 0,
      alarm_minutes: minutesOf(alarm),
      job,
      ...(schedule && when === schedule.cron_words ? {} : { when: when.trim() }),
    };
    const done = (key: 'saved' | 'added' | 'watched') => (saved: Schedule) => {
      onSaved(saved.id);
      showDone(t(key, { name: saved.name }));
    };
    if (schedule)
      save.mutate({ id: schedule.id, etag: schedule.etag, ...values }, { onSuccess: done('saved') });
    else add.mutate({ kind, ...values }, { onSuccess: done(kind === 'watch' ? 'watched' : 'added') });
  };
  return (
    <Dialog onClose={onClose} title={schedule ? schedule.name : t(`adds.${kind}`)} size={600}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {kind === 'fetch' && <ServerPick kind="sftp" fields={fields} onServers={onServers} />}
        {kind !== 'export' && <ImportFields kind={kind} fields={fields} focus={!schedule} />}
        {kind === 'export' && <ExportFields fields={fields} onServers={onServers} />}
        <WhenField words={when} zone={zone} onChange={setWhen} />
        <div className={styles.pairOf}>
          <TextInput
            label={t('form.name')}
            placeholder={t('form.nameWords')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={120}
          />
          <ZoneSelect label={t('form.zone')} value={zone} onChange={setZone} error={wrong('zone')} />
        </div>
        <details
          className={styles.details}
          open={
            Boolean(schedule && (schedule.jitter_minutes > 0 || schedule.alarm_minutes !== 0)) || undefined
          }
        >
          <summary>{t('form.more')}</summary>
          <div className={styles.pairOf}>
            <Select
              label={t('form.alarm')}
              data={[
                ...alarms.map((value) => ({ value, label: t(`alarm.${value}`) })),
                ...(alarms.some((each) => each === alarm) ? [] : [{ value: alarm, label: `${alarm} min` }]),
              ]}
              value={alarm}
              onChange={(value) => value && setAlarm(value)}
              allowDeselect={false}
              error={wrong('alarm')}
            />
            <NumberInput
              label={t('form.jitter')}
              value={jitter}
              onChange={setJitter}
              min={0}
              max={360}
              error={wrong('jitter')}
            />
          </div>
        </details>
        {error && !(error instanceof ApiError && error.problem.field) && (
          <p className={styles.error} role="alert">
            {error.message} {error instanceof ApiError && error.problem.remedy}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('form.cancel')}
          </Button>
          <Button type="submit" disabled={!ready} loading={add.isPending || save.isPending}>
            {schedule ? t('form.save') : t(kind === 'watch' ? 'form.startWatch' : 'form.start')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

/** Whether a job states what its kind needs; the rest is checked when it is saved. */
function complete(kind: ScheduleKind, job: ScheduleJob): boolean {
  if (kind === 'watch') return Boolean(job.folder?.trim());
  if (kind === 'fetch') return Boolean(job.server);
  if (!job.template) return false;
  if (job.to === 'mail') return Boolean(job.server && job.recipients?.length);
  return job.to === 'sftp' ? Boolean(job.server) : Boolean(job.folder?.trim());
}
