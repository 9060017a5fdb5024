import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Server, useDeleteServer, useServerStep, useServers } from '@/api';
import { Awaited, Confirm, EmptyState, StateBadge, showDone, Walk, When } from '@/ui';
import { ServerForm } from './ServerForm';
import styles from './schedules.module.css';

interface Props {
  /** The server that is edited; "new" for one to be. */
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}

/** The SFTP and mail servers, how each answered last, and a button to try it. */
export function ServersView({ chosen, onChoose }: Props) {
  const { t } = useTranslation('schedules');
  const servers = useServers();
  const list = servers.data ?? [];
  const editing = list.find(({ id }) => id === chosen);
  return (
    <div className={styles.servers}>
      <Awaited query={servers} />
      {servers.data && list.length === 0 && (
        <EmptyState
          title={t('servers.none')}
          actions={<Button onClick={() => onChoose('new')}>{t('servers.add')}</Button>}
        >
          {t('servers.noneWords')}
        </EmptyState>
      )}
      {list.length > 0 && (
        <>
          <Group justify="flex-end" mb={8} className={styles.serverHead}>
            <Button size="compact-sm" onClick={() => onChoose('new')}>
              {t('servers.add')}
            </Button>
          </Group>
          <Walk label={t('tabs.servers')}>
            <ul className={styles.serverList}>
              {list.map((server) => (
                <ServerRow key={server.id} server={server} onEdit={() => onChoose(server.id)} />
              ))}
            </ul>
          </Walk>
        </>
      )}
      {(chosen === 'new' || editing) && (
        <ServerForm key={chosen} server={editing} onClose={() => onChoose(undefined)} />
      )}
    </div>
  );
}

function ServerRow({ server, onEdit }: { server: Server; onEdit: () => void }) {
  const { t } = useTranslation('schedules');
  const [removing, setRemoving] = useState(false);
  const step = useServerStep();
  const remove = useDeleteServer();
  const test = () =>
    step.mutate(
      { id: server.id, step: 'test' },
      {
        onSuccess: (tested) =>
          tested.state === 'fine' && showDone(t('servers.tested', { name: server.name })),
      },
    );
  const forget = () =>
    step.mutate(
      { id: server.id, step: 'forget-host' },
      { onSuccess: () => showDone(t('servers.forgotten', { name: server.name })) },
    );
  return (
    <li>
      <div className={styles.serverWords}>
        <strong>
          <bdi>{server.name}</bdi> <span>{t(`servers.kind.${server.kind}`)}</span>
        </strong>
        <span className={styles.soft}>
          <bdi>
            {server.user && `${server.user}@`}
            {server.host}
            {server.port > 0 && `:${server.port}`}
            {server.folder && ` ${server.folder}`}
          </bdi>
          {server.checked_at && (
            <>
              {` · ${t('servers.checked')} `}
              <When at={server.checked_at} />
            </>
          )}
        </span>
        <StateBadge state={server.state}>
          <span className={styles.wrap}>
            {server.words} {server.remedy}
          </span>
        </StateBadge>
        {server.fingerprint && (
          <span className={styles.soft}>
            {t('servers.key')} <code className={styles.key}>{server.fingerprint}</code>
          </span>
        )}
      </div>
      <Group gap={6} wrap="nowrap">
        <Button size="compact-sm" variant="default" onClick={test} loading={step.isPending}>
          {t('servers.test')}
        </Button>
        {server.fingerprint && server.state === 'needs_you' && (
          <Button size="compact-sm" variant="default" onClick={forget}>
            {t('servers.forget')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" data-row onClick={onEdit}>
          {t('servers.edit')}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setRemoving(true)}>
          {t('servers.remove')}
        </Button>
      </Group>
      {removing && (
        <Confirm
          title={t('servers.removeTitle', { name: server.name })}
          action={t('servers.removeGo')}
          danger
          busy={remove.isPending}
          onClose={() => setRemoving(false)}
          onConfirm={() => remove.mutate(server.id, { onSettled: () => setRemoving(false) })}
        >
          {t('servers.removeWords', { name: server.name })}
        </Confirm>
      )}
    </li>
  );
}
