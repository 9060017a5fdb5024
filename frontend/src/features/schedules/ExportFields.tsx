import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useExportTemplates } from '@/api';
import { FolderInput } from './FolderInput';
import type { JobFields } from './ScheduleForm';
import { ServerPick } from './ServerPick';
import styles from './schedules.module.css';

const targets = ['folder', 'sftp', 'mail'] as const;

/** What is exported, where it goes, and what its file is called. */
export function ExportFields({ fields, onServers }: { fields: JobFields; onServers: () => void }) {
  const { t } = useTranslation('schedules');
  const templates = useExportTemplates().data ?? [];
  const { job, change, wrong } = fields;
  return (
    <>
      <div className={styles.pairOf}>
        <Select
          label={t('form.template')}
          placeholder={t('form.chooseTemplate')}
          data={templates.map(({ id, template }) => ({ value: id, label: template.name }))}
          value={job.template ?? null}
          onChange={(template) => change({ template: template ?? '' })}
          error={wrong('template')}
          searchable
          data-autofocus={job.template ? undefined : true}
        />
        <Select
          label={t('form.to')}
          data={targets.map((value) => ({ value, label: t(`to.${value}`) }))}
          value={job.to ?? 'folder'}
          onChange={(to) => to && change({ to: to as (typeof targets)[number], server: '' })}
          allowDeselect={false}
        />
      </div>
      {job.to === 'folder' && <FolderInput fields={fields} words={t('form.outWords')} />}
      {job.to !== 'folder' && (
        <ServerPick kind={job.to === 'mail' ? 'mail' : 'sftp'} fields={fields} onServers={onServers} />
      )}
      {job.to === 'sftp' && (
        <TextInput
          label={t('form.serverFolder')}
          placeholder={t('form.serverFolderWords')}
          value={job.folder ?? ''}
          onChange={(event) => change({ folder: event.currentTarget.value })}
          error={wrong('folder')}
          spellCheck={false}
        />
      )}
      {job.to === 'mail' && <MailFields fields={fields} />}
      <div className={styles.pairOf}>
        <TextInput
          label={t('form.fileName')}
          description={t('form.fileNameWords')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={job.file_name ?? ''}
          onChange={(event) => change({ file_name: event.currentTarget.value })}
          error={wrong('file_name')}
          spellCheck={false}
        />
        {job.to !== 'mail' && (
          <Select
            label={t('form.taken')}
            data={(['number', 'replace'] as const).map((value) => ({ value, label: t(`taken.${value}`) }))}
            value={job.replace ? 'replace' : 'number'}
            onChange={(value) => change({ replace: value === 'replace' })}
            allowDeselect={false}
          />
        )}
      </div>
      <Checkbox
        label={t('form.empty')}
        checked={job.send_empty ?? false}
        onChange={(event) => change({ send_empty: event.currentTarget.checked })}
      />
    </>
  );
}

function MailFields({ fields: { job, change, wrong } }: { fields: JobFields }) {
  const { t } = useTranslation('schedules');
  const [typed, setTyped] = useState((job.recipients ?? []).join(', '));
  return (
    <>
      <TextInput
        label={t('form.recipients')}
        placeholder={t('form.recipientsWords')}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          change({ recipients: event.currentTarget.value.split(/[,;\s]+/).filter(Boolean) });
        }}
        error={wrong('recipients')}
        spellCheck={false}
      />
      <TextInput
        label={t('form.subject')}
        value={job.subject ?? ''}
        onChange={(event) => change({ subject: event.currentTarget.value })}
      />
      <Textarea
        label={t('form.text')}
        value={job.text ?? ''}
        onChange={(event) => change({ text: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={6}
      />
    </>
  );
}
