import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Connection, type Sync, useCancelRun, useSaveSync } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { span } from '@/lib/when';
import { PlainTable, StateBadge, When } from '@/ui';
import styles from './connections.module.css';
import { ScheduleEdit } from './ScheduleEdit';
import { useLookNow } from './useLookNow';
import { ordersFirst } from './words';

interface Props {
  connection: Connection;
  syncs: Sync[];
  onStep: (step: string) => void;
}

/** What is looked at, how it stands, and when: the schedule is changed in words, in its place. */
export function Streams({ connection, syncs, onStep }: Props) {
  const { t } = useTranslation('connections');
  return (
    <PlainTable
      heads={[
        t('column.stream'),
        t('column.state'),
        t('column.when'),
        t('column.newest'),
        { label: t('column.lag'), number: true },
        { label: t('column.known'), number: true },
        { label: t('column.actions'), silent: true },
      ]}
    >
      <tbody>
        {ordersFirst(syncs).map((sync) => (
          <StreamRow key={sync.id} connection={connection} sync={sync} onStep={onStep} />
        ))}
      </tbody>
    </PlainTable>
  );
}

function StreamRow({
  connection,
  sync,
  onStep,
}: {
  connection: Connection;
  sync: Sync;
  onStep: (step: string) => void;
}) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const [editing, setEditing] = useState(false);
  const { lookNow } = useLookNow();
  const save = useSaveSync();
  const cancel = useCancelRun();
  const { stream, paused, running, first } = sync;
  const name = t(`stream.${stream}`);
  const pause = () => save.mutate({ id: connection.id, stream, paused: !paused });
  return (
    <>
      <tr>
        <th scope="row" title={sync.note}>
          {name}
        </th>
        <td>
          <StateBadge
            state={(paused && !first) || connection.paused ? 'quiet' : sync.state}
            title={sync.problem?.remedy}
          >
            <span className={styles.wrap}>{sync.words}</span>
          </StateBadge>
        </td>
        <td>
          <button
            type="button"
            className={styles.inline}
            onClick={() => setEditing(!editing)}
            aria-expanded={editing}
            aria-label={t('edit.open', { stream: name, words: sync.cron_words })}
          >
            {sync.cron_words}
          </button>
        </td>
        <td>
          <When at={sync.newest_at} />
        </td>
        <td data-number>{sync.lag_ms !== null && span(sync.lag_ms)}</td>
        <td data-number>{formatCount(sync.known, language)}</td>
        <td data-number>
          <span className={styles.buttons}>
            {running ? (
              <Button size="compact-xs" variant="default" onClick={() => cancel.mutate(running)}>
                {t('stop')}
              </Button>
            ) : first ? (
              <Button size="compact-xs" onClick={() => onStep('match')}>
                {t('match.open')}
              </Button>
            ) : (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={t('lookAt', { stream: name })}
                onClick={() => lookNow(connection, stream)}
              >
                {t('lookNow')}
              </Button>
            )}
            <Menu position="bottom-end" width={260}>
              <Menu.Target>
                <ActionIcon aria-label={t('moreOf', { stream: name })}>
                  <IconDots size={15} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item disabled={first} onClick={() => lookNow(connection, stream, { full: true })}>
                  {t('compare')}
                </Menu.Item>
                <Menu.Item onClick={() => setEditing(true)}>{t('edit.title')}</Menu.Item>
                <Menu.Item disabled={first} onClick={pause}>
                  {paused ? t('resumeOne', { stream: name }) : t('pauseOne', { stream: name })}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </span>
        </td>
      </tr>
      {editing && (
        <tr>
          <td colSpan={7} className={styles.editing}>
            <ScheduleEdit connection={connection} sync={sync} onClose={() => setEditing(false)} />
          </td>
        </tr>
      )}
    </>
  );
}
