import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Id, Schedule } from '@/api';
import { useKeys } from '@/lib/keys';
import { type Column, DataTable, StateBadge, When } from '@/ui';
import styles from './schedules.module.css';
import { useScheduleSteps } from './useScheduleSteps';

interface Props {
  schedules: Schedule[];
  chosen: Id | undefined;
  onChoose: (id: Id | undefined) => void;
  onEdit: (id: Id) => void;
}

const scheduleId = ({ id }: Schedule): string => id;
const scheduleName = ({ name }: Schedule): string => name;

/** Each schedule with how it is, in words, and when it runs next. */
export function ScheduleList({ schedules, chosen, onChoose, onEdit }: Props) {
  const { t } = useTranslation('schedules');
  const { run, pauseOrResume } = useScheduleSteps();
  const current = schedules.find(({ id }) => id === chosen);
  useKeys(
    t('title'),
    current
      ? [
          { keys: 'r', label: t('run'), run: () => run(current) },
          { keys: 'p', label: current.paused ? t('resume') : t('pause'), run: () => pauseOrResume(current) },
          { keys: 'e', label: t('edit'), run: () => onEdit(current.id) },
        ]
      : [],
  );
  const columns = useMemo<Column<Schedule>[]>(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 150,
        grow: 1,
        fixed: true,
        cell: ({ name, target }) => (
          <span className={styles.folder} title={target}>
            <bdi className="ellipsis">{name}</bdi>
            <bdi className={styles.parent}>{target}</bdi>
          </span>
        ),
      },
      {
        id: 'words',
        header: t('column.state'),
        width: 230,
        grow: 2,
        cell: (schedule) => (
          <StateBadge state={schedule.paused ? 'quiet' : schedule.state} title={schedule.words}>
            <span className={styles.words}>{schedule.words}</span>
          </StateBadge>
        ),
      },
      {
        id: 'kind',
        header: t('column.kind'),
        width: 108,
        drop: 2,
        cell: ({ kind }) => <span className={styles.soft}>{t(`kinds.${kind}`)}</span>,
      },
      {
        id: 'cron',
        header: t('column.cron'),
        width: 170,
        drop: 1,
        cell: ({ cron, cron_words }) => (
          <span className="ellipsis" title={cron}>
            {cron_words}
          </span>
        ),
      },
      {
        id: 'next',
        header: t('column.next'),
        width: 86,
        cell: ({ paused, next_at }) => (paused ? null : <When at={next_at} />),
      },
    ],
    [t],
  );
  return (
    <DataTable
      label={t('title')}
      storageKey="schedules"
      columns={columns}
      rows={schedules}
      rowId={scheduleId}
      rowName={scheduleName}
      total={schedules.length}
      fit
      onOpen={({ id }) => onChoose(id)}
      onPeek={(schedule) => onChoose(schedule?.id)}
      peeked={chosen ?? null}
    />
  );
}
