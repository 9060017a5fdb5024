import { Button, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useServers } from '@/api';
import type { JobFields } from './ScheduleForm';
import styles from './schedules.module.css';

interface Props {
  kind: 'sftp' | 'mail';
  fields: JobFields;
  onServers: () => void;
}

/** Which server: one that is set up, or the way to set one up. */
export function ServerPick({ kind, fields: { job, change, wrong }, onServers }: Props) {
  const { t } = useTranslation('schedules');
  const servers = (useServers().data ?? []).filter((server) => server.kind === kind);
  return (
    <div className={styles.line}>
      <Select
        className={styles.wide}
        label={t('form.server')}
        placeholder={servers.length > 0 ? t('form.chooseServer') : t('form.noServer')}
        data={servers.map(({ id, name, host }) => ({
          value: id,
          label: name === host ? name : `${name} (${host})`,
        }))}
        value={job.server ?? null}
        onChange={(server) => change({ server: server ?? '' })}
        error={wrong('server')}
        disabled={servers.length === 0}
      />
      <Button variant="default" onClick={onServers}>
        {t('form.addServer')}
      </Button>
    </div>
  );
}
