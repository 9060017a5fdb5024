import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Id, useChannels, type Watch } from '@/api';
import { useKeys } from '@/lib/keys';
import { ChannelMark, type Column, DataTable, StateBadge, When } from '@/ui';
import { folderName, parentFolder } from './paths';
import styles from './schedules.module.css';
import { useWatchSteps } from './useWatchSteps';

interface Props {
  watches: Watch[];
  chosen: Id | undefined;
  onChoose: (id: Id | undefined) => void;
  onEdit: (id: Id) => void;
}

const watchId = (watch: Watch): string => watch.id;
const watchName = (watch: Watch): string => watch.folder;

/** Each folder with how it is, in words, when it is looked into next, and what the last look brought. */
export function WatchList({ watches, chosen, onChoose, onEdit }: Props) {
  const { t } = useTranslation('schedules');
  const channels = useChannels().data;
  const { look, pauseOrResume } = useWatchSteps();
  const current = watches.find(({ id }) => id === chosen);
  useKeys(
    t('title'),
    current
      ? [
          { keys: 'r', label: t('run'), run: () => look(current) },
          { keys: 'p', label: current.paused ? t('resume') : t('pause'), run: () => pauseOrResume(current) },
          { keys: 'e', label: t('edit'), run: () => onEdit(current.id) },
        ]
      : [],
  );
  const columns = useMemo<Column<Watch>[]>(
    () => [
      {
        id: 'folder',
        header: t('column.folder'),
        width: 150,
        grow: 1,
        fixed: true,
        cell: ({ folder }) => (
          <span className={styles.folder} title={folder}>
            <bdi className="ellipsis">{folderName(folder)}</bdi>
            <bdi className={styles.parent}>{parentFolder(folder)}</bdi>
          </span>
        ),
      },
      {
        id: 'words',
        header: t('column.state'),
        width: 220,
        grow: 2,
        cell: (watch) => (
          <StateBadge state={watch.paused ? 'quiet' : watch.state} title={watch.words}>
            <span className={styles.words}>{watch.words}</span>
          </StateBadge>
        ),
      },
      {
        id: 'cron',
        header: t('column.cron'),
        width: 140,
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
      {
        id: 'channel',
        header: t('column.channel'),
        width: 130,
        cell: ({ channel }) =>
          channel ? (
            <ChannelMark name={channel} kind={channels?.find(({ name }) => name === channel)?.kind ?? ''} />
          ) : (
            <span className={styles.soft}>{t('byFile')}</span>
          ),
      },
    ],
    [t, channels],
  );
  return (
    <DataTable
      label={t('title')}
      storageKey="watches"
      columns={columns}
      rows={watches}
      rowId={watchId}
      rowName={watchName}
      total={watches.length}
      onOpen={(watch) => onChoose(watch.id)}
      onPeek={(watch) => onChoose(watch?.id)}
      peeked={chosen ?? null}
    />
  );
}
