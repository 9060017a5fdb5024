import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useScheduleWords } from '@/api';
import { LocaleContext, useLocale } from '@/lib/locale';
import { When, wordsOf } from '@/ui';
import styles from './schedules.module.css';

interface Props {
  words: string;
  zone: string;
  onChange: (words: string) => void;
}

const examples = ['minutes5', 'minutes15', 'hourly', 'weekdays', 'monday', 'month'] as const;

/** When a schedule runs, said in words (or as a cron expression), with what is understood and the next five times. */
export function WhenField({ words, zone, onChange }: Props) {
  const { t } = useTranslation('schedules');
  const locale = useLocale();
  const [asked] = useDebouncedValue(words, 250);
  const said = useScheduleWords(asked, zone);
  const problem = said.error && asked === words ? wordsOf(said.error, t('when.wrong')) : null;
  return (
    <div className={styles.whenField}>
      <TextInput
        label={t('when.label')}
        placeholder={t('when.words')}
        value={words}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={problem && `${problem.message} ${problem.remedy}`}
        spellCheck={false}
        required
        withAsterisk={false}
      />
      <fieldset className={styles.examples}>
        <legend className="sr">{t('when.try')}</legend>
        {examples.map((each) => (
          <Button
            key={each}
            size="compact-xs"
            variant="default"
            radius="xl"
            onClick={() => onChange(t(`when.${each}`))}
          >
            {t(`when.${each}`)}
          </Button>
        ))}
      </fieldset>
      <div className={styles.preview} aria-live="polite">
        {!problem && said.data && words.trim() !== '' && (
          <LocaleContext value={{ ...locale, zone }}>
            <strong>{t('when.next', { words: said.data.words })}</strong>
            <ol>
              {said.data.next.slice(0, 5).map((at) => (
                <li key={at}>
                  <When at={at} as="exact" />
                </li>
              ))}
            </ol>
          </LocaleContext>
        )}
      </div>
    </div>
  );
}
