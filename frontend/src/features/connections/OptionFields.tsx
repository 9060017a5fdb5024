import { Checkbox, PasswordInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectorOption } from '@/api';
import styles from './connections.module.css';
import { isAsked } from './words';

interface Props {
  options: ConnectorOption[];
  values: Record<string, string>;
  /** The secrets that are kept already: an empty field leaves them. */
  kept?: readonly string[];
  /** What was wrong with a field. */
  wrong: (name: string) => string | undefined;
  onChange: (name: string, value: string) => void;
}

/** The settings a connector asks for, made of its manifest; what is rarely needed is folded away. */
export function OptionFields(props: Props) {
  const { t } = useTranslation('connections');
  const asked = props.options.filter((option) => isAsked(option, props.values, props.options));
  const rare = asked.filter(({ advanced }) => advanced);
  const [open, setOpen] = useState(false);
  const trouble = rare.some(({ name }) => props.wrong(name));
  // What was opened for a wrong field stays open while it is corrected.
  if (trouble && !open) setOpen(true);
  return (
    <>
      {asked
        .filter(({ advanced }) => !advanced)
        .map((option) => (
          <Field key={option.name} option={option} {...props} />
        ))}
      {rare.length > 0 && (
        <details className={styles.more} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t('form.more')}</summary>
          <div className={styles.fields}>
            {rare.map((option) => (
              <Field key={option.name} option={option} {...props} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

function Field({ option, values, kept = [], wrong, onChange }: Props & { option: ConnectorOption }) {
  const { t } = useTranslation('connections');
  const { name, label, help, example, type, choices } = option;
  const value = values[name] ?? option.default;
  const shared = { label, description: help || undefined, error: wrong(name) };
  const typed = {
    ...shared,
    placeholder: example,
    value,
    onChange: (event: { currentTarget: { value: string } }) => onChange(name, event.currentTarget.value),
    autoComplete: 'off',
    spellCheck: false,
    required: option.required,
    withAsterisk: false,
  };
  switch (type) {
    case 'secret':
      return (
        <PasswordInput
          {...typed}
          size="xs"
          autoComplete="new-password"
          required={option.required && !kept.includes(name)}
          placeholder={kept.includes(name) ? t('form.kept') : example}
        />
      );
    case 'choice':
      return (
        <Select
          {...shared}
          data={choices}
          placeholder={t('form.choose')}
          value={value || null}
          onChange={(next) => next !== null && onChange(name, next)}
          allowDeselect={false}
        />
      );
    case 'flag':
      return (
        <Checkbox
          {...shared}
          checked={value === 'true'}
          onChange={(event) => onChange(name, event.currentTarget.checked ? 'true' : 'false')}
        />
      );
    default:
      return (
        <TextInput
          {...typed}
          type={type === 'url' ? 'url' : 'text'}
          inputMode={type === 'url' ? 'url' : type === 'number' ? 'numeric' : 'text'}
        />
      );
  }
}
