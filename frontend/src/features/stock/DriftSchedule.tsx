import { Button, Popover, Stack, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DriftPage, useDriftSchedule } from '@/api';
import { When } from '@/ui';
import styles from './stock.module.css';

/** When it was last looked, and when it is looked next. */
export function DriftSchedule({ head }: { head: DriftPage }) {
  const { t } = useTranslation('stock');
  const change = useDriftSchedule();
  const [words, setWords] = useState('');
  const { schedule } = head;
  const last = head.checks
    .map(({ checked_at }) => checked_at ?? '')
    .toSorted()
    .at(-1);
  if (!schedule) return null;
  return (
    <span className={styles.soft}>
      {last ? (
        <>
          {t('drift.lookedAt')} <When at={last} />
        </>
      ) : (
        t('drift.neverLooked')
      )}
      {' · '}
      <Popover position="bottom-start" trapFocus withinPortal>
        <Popover.Target>
          <button type="button" className={styles.textButton}>
            {schedule.paused ? t('drift.paused') : schedule.cron_words}
          </button>
        </Popover.Target>
        <Popover.Dropdown p="md">
          <Stack gap={10} w={260}>
            <Switch
              label={t('drift.scheduled')}
              checked={!schedule.paused}
              onChange={(event) =>
                change.mutate({ etag: schedule.etag, paused: !event.currentTarget.checked })
              }
            />
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (words.trim())
                  change.mutate(
                    { etag: schedule.etag, when: words.trim() },
                    { onSuccess: () => setWords('') },
                  );
              }}
            >
              <TextInput
                label={t('drift.when')}
                placeholder={schedule.cron_words}
                value={words}
                onChange={(event) => setWords(event.currentTarget.value)}
                rightSectionWidth={64}
                rightSection={
                  <Button type="submit" size="compact-xs" variant="subtle" disabled={!words.trim()}>
                    {t('dialog.save')}
                  </Button>
                }
              />
            </form>
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </span>
  );
}
