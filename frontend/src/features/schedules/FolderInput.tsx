import { Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { native } from '@/lib/native';
import { showProblem } from '@/ui';
import type { JobFields } from './ScheduleForm';
import styles from './schedules.module.css';

interface Props {
  fields: JobFields;
  words: string;
  focus?: boolean;
}

/** A folder of this computer: typed, or chosen in the window's own dialog. */
export function FolderInput({ fields: { job, change, wrong }, words, focus = false }: Props) {
  const { t } = useTranslation('schedules');
  const pick = native()?.PickFolder;
  const choose = () =>
    pick?.(t('form.pickTitle'))
      .then((folder) => folder && change({ folder }))
      .catch(showProblem);
  return (
    <div className={styles.line}>
      <TextInput
        className={styles.wide}
        label={t('form.folder')}
        description={words}
        value={job.folder ?? ''}
        onChange={(event) => change({ folder: event.currentTarget.value })}
        error={wrong('folder')}
        spellCheck={false}
        data-autofocus={focus || undefined}
        required
        withAsterisk={false}
      />
      {pick && (
        <Button variant="default" onClick={choose}>
          {t('form.pick')}
        </Button>
      )}
    </div>
  );
}
