import { Button, Group, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Connection, type Sync, useSaveSync, useScheduleWords } from '@/api';
import { LocaleContext, useLocale } from '@/lib/locale';
import { showDone, When, wordsOf } from '@/ui';
import styles from './connections.module.css';

interface Props {
  connection: Connection;
  sync: Sync;
  onClose: () => void;
}

/** When a stream is looked at, said in words or as a cron expression. */
export function ScheduleEdit({ connection, sync, onClose }: Props) {
  const { t } = useTranslation('connections');
  const locale = useLocale();
  const [words, setWords] = useState(sync.cron_words);
  const [asked] = useDebouncedValue(words, 250);
  const said = useScheduleWords(asked, sync.zone);
  const problem = said.error && asked === words ? wordsOf(said.error, t('edit.wrong')) : null;
  const save = useSaveSync();
  const submit = () =>
    save.mutate(
      { id: connection.id, stream: sync.stream, etag: sync.etag, when: words },
      {
        onSuccess: ({ cron_words, stream }) => {
          onClose();
          showDone(t('edit.done', { stream: t(`stream.${stream}`), words: cron_words }));
        },
      },
    );
  return (
    <form
      className={styles.edit}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextInput
        label={t('edit.label')}
        placeholder={t('edit.words')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        error={problem && `${problem.message} ${problem.remedy}`}
        data-autofocus
        autoFocus
        spellCheck={false}
      />
      <span className={styles.soft} aria-live="polite">
        {!problem && said.data && (
          <LocaleContext value={{ ...locale, zone: sync.zone }}>
            {t('edit.next', { words: said.data.words })} <When at={said.data.next[0] ?? null} as="exact" />
          </LocaleContext>
        )}
      </span>
      <Group gap={8}>
        <Button
          type="submit"
          size="compact-sm"
          loading={save.isPending}
          disabled={problem !== null || words.trim() === ''}
        >
          {t('edit.save')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          {t('edit.leave')}
        </Button>
      </Group>
    </form>
  );
}
