import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Often, oftens, type Rhythm, toCron } from './cron';
import styles from './schedules.module.css';

interface Props {
  rhythm: Rhythm;
  onChange: (rhythm: Rhythm) => void;
}

/** How often, in words; a time of day or an own expression where the choice needs one. */
export function RhythmFields({ rhythm, onChange }: Props) {
  const { t } = useTranslation('schedules');
  const timed = rhythm.often === 'daily' || rhythm.often === 'weekdays';
  return (
    <div className={styles.line}>
      <Select
        className={styles.wide}
        label={t('form.often')}
        data={oftens.map((often) => ({ value: often, label: t(`often.${often}`) }))}
        value={rhythm.often}
        onChange={(often) =>
          // One's own expression starts from what was chosen before.
          often && onChange({ ...rhythm, often: often as Often, custom: toCron(rhythm) || rhythm.custom })
        }
        allowDeselect={false}
      />
      {timed && (
        <TextInput
          type="time"
          label={t('form.at')}
          value={rhythm.time}
          onChange={(event) => onChange({ ...rhythm, time: event.currentTarget.value })}
          w={120}
        />
      )}
      {rhythm.often === 'custom' && (
        <TextInput
          label={t('form.cron')}
          value={rhythm.custom}
          onChange={(event) => onChange({ ...rhythm, custom: event.currentTarget.value })}
          classNames={{ input: 'mono' }}
          placeholder="0 9,17 * * 1-5"
          spellCheck={false}
          w={180}
        />
      )}
    </div>
  );
}
