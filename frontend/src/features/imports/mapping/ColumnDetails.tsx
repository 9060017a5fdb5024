import { ActionIcon, Button, Popover, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowProps } from './ColumnRow';
import styles from './mapping.module.css';

/** What more can be said of a column: an expression over its values, what its words mean, a second field. */
export function ColumnDetails(props: RowProps & { words: boolean }) {
  const { name, use, groups, functions, problem, results, onUse, words } = props;
  const { t } = useTranslation('mapping');
  return (
    <div className={styles.detail}>
      {words && <Words {...props} />}
      <div className={styles.expression}>
        <TextInput
          label={t('transform.label')}
          placeholder={t('transform.hint')}
          value={use.transform}
          onChange={(event) => onUse(name, { transform: event.currentTarget.value })}
          error={problem || undefined}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          autoComplete="off"
        />
        <Functions
          functions={functions}
          onPick={(example) =>
            onUse(name, { transform: use.transform ? `${use.transform} ${example}` : example })
          }
        />
      </div>
      {use.transform && !problem && (
        <p className={styles.result} aria-live="polite">
          <span className={styles.soft}>{t('transform.result')}</span>{' '}
          {results === ''
            ? t('transform.nothing')
            : results.split('\n').map((result) => (
                <bdi key={result} className={styles.sample}>
                  {result}
                </bdi>
              ))}
        </p>
      )}
      <Select
        label={t('second')}
        placeholder={t('secondNone')}
        data={groups}
        value={use.to[1] ?? null}
        onChange={(next) => onUse(name, { to: [use.to[0] ?? '', ...(next ? [next] : [])] })}
        searchable
        clearable
        className={styles.second}
      />
    </div>
  );
}

function Functions({
  functions,
  onPick,
}: {
  functions: RowProps['functions'];
  onPick: (example: string) => void;
}) {
  const { t } = useTranslation('mapping');
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={440} trapFocus>
      <Popover.Target>
        <Button variant="subtle" color="gray" onClick={() => setOpen(!open)}>
          {t('transform.functions')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <ul className={styles.functions}>
          {functions.map(({ name, example, words }) => (
            <li key={name}>
              <button
                type="button"
                onClick={() => {
                  onPick(example);
                  setOpen(false);
                }}
              >
                <code>{example}</code>
                <span>{words}</span>
              </button>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What the file's words mean here: the words that were found, each with our state. */
function Words({ name, seen, use, fields, unread, onUse }: RowProps) {
  const { t } = useTranslation('mapping');
  const [typed, setTyped] = useState('');
  const choices = fields.find((field) => field.name === use.to[0])?.words ?? [];
  const found = [
    ...new Set([...(seen?.samples ?? []), ...unread.split('\n'), ...Object.keys(use.words)]),
  ].filter(Boolean);
  const set = (word: string, state: string | null) => {
    const { [word]: _, ...rest } = use.words;
    onUse(name, { words: state ? { ...rest, [word]: state } : rest });
  };
  const add = () => {
    if (typed.trim()) set(typed.trim(), choices[0] ?? null);
    setTyped('');
  };
  return (
    <fieldset className={styles.words}>
      <legend>{t('words.title')}</legend>
      {found.map((word) => (
        <div key={word} className={styles.word}>
          <bdi title={word}>{word}</bdi>
          <span aria-hidden>→</span>
          <Select
            aria-label={t('words.of', { word })}
            placeholder={unread.split('\n').includes(word) ? t('words.unread') : t('words.known')}
            data={choices.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
            value={use.words[word] ?? null}
            onChange={(state) => set(word, state)}
            clearable
            error={unread.split('\n').includes(word) && !use.words[word]}
          />
          {!seen?.samples.includes(word) && use.words[word] && (
            <ActionIcon aria-label={t('words.remove', { word })} onClick={() => set(word, null)}>
              <IconX size={14} />
            </ActionIcon>
          )}
        </div>
      ))}
      <div className={styles.word}>
        <TextInput
          aria-label={t('words.add')}
          placeholder={t('words.add')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && add()}
          onBlur={add}
        />
      </div>
    </fieldset>
  );
}
