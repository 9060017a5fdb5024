import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useChannels } from '@/api';
import { FolderInput } from './FolderInput';
import type { JobFields } from './ScheduleForm';
import styles from './schedules.module.css';

interface Props {
  kind: 'watch' | 'fetch';
  fields: JobFields;
  focus: boolean;
}

const modes = ['merge', 'new', 'update'] as const;
const afters = ['move', 'delete', 'leave'] as const;

/** Where order files come from, and what their import may do. */
export function ImportFields({ kind, fields, focus }: Props) {
  const { t } = useTranslation('schedules');
  const channels = useChannels().data ?? [];
  const { job, change, wrong } = fields;
  return (
    <>
      {kind === 'watch' && <FolderInput fields={fields} words={t('form.folderWords')} focus={focus} />}
      {kind === 'fetch' && (
        <div className={styles.threeOf}>
          <TextInput
            label={t('form.serverFolder')}
            placeholder={t('form.serverFolderWords')}
            value={job.folder ?? ''}
            onChange={(event) => change({ folder: event.currentTarget.value })}
            error={wrong('folder')}
            spellCheck={false}
          />
          <TextInput
            label={t('form.pattern')}
            placeholder="*.csv"
            value={job.pattern ?? ''}
            onChange={(event) => change({ pattern: event.currentTarget.value })}
            error={wrong('pattern')}
            spellCheck={false}
          />
          <Select
            label={t('form.after')}
            data={afters.map((value) => ({ value, label: t(`after.${value}`) }))}
            value={job.after ?? 'move'}
            onChange={(after) => after && change({ after: after as (typeof afters)[number] })}
            allowDeselect={false}
          />
        </div>
      )}
      <div className={styles.pairOf}>
        <Select
          label={t('form.channel')}
          data={[
            { value: '', label: t('form.byFile') },
            ...channels.map(({ name }) => ({ value: name, label: name })),
          ]}
          value={job.channel ?? ''}
          onChange={(channel) => change({ channel: channel ?? '' })}
          allowDeselect={false}
          error={wrong('channel')}
        />
        <Select
          label={t('form.mode')}
          data={modes.map((value) => ({ value, label: t(`mode.${value}`) }))}
          value={job.mode ?? 'merge'}
          onChange={(mode) => mode && change({ mode: mode as (typeof modes)[number] })}
          allowDeselect={false}
        />
      </div>
      {kind === 'watch' && <p className={styles.hint}>{t('form.moved')}</p>}
    </>
  );
}
