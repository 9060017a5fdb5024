import { Button, Menu, Popover, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount, useLocale } from '@/lib/locale';
import styles from './FilterChips.module.css';

export interface FilterOption {
  value: string;
  label: ReactNode;
  count?: number;
}

/** One thing a list can be filtered by. */
export interface FilterField {
  id: string;
  label: string;
  /** choice: one of the options · date: a day, typed or picked · flag: on or off. */
  kind: 'choice' | 'date' | 'flag';
  options?: FilterOption[];
  /** How a value reads in the chip, when not by its option's label. */
  words?: (value: string) => ReactNode;
}

export type FilterValues = Record<string, string | undefined>;

interface Props {
  fields: FilterField[];
  values: FilterValues;
  onChange: (id: string, value: string | undefined) => void;
}

/** The filters that are on, each as a chip that can be changed or removed, and a way to add one. */
export function FilterChips({ fields, values, onChange }: Props) {
  const { t } = useTranslation('ui');
  const [open, setOpen] = useState<string | null>(null);
  const active = fields.filter((field) => values[field.id] !== undefined || open === field.id);
  const rest = fields.filter((field) => values[field.id] === undefined);
  const add = (field: FilterField) => {
    if (field.kind === 'flag') onChange(field.id, 'true');
    else setOpen(field.id);
  };
  return (
    <div className={styles.chips}>
      {active.map((field) => (
        <Chip
          key={field.id}
          field={field}
          value={values[field.id]}
          opened={open === field.id}
          onOpen={(on) => setOpen(on ? field.id : null)}
          onChange={(value) => onChange(field.id, value)}
        />
      ))}
      {rest.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="subtle" color="gray" size="compact-sm" leftSection={<IconPlus size={14} />}>
              {t('filter.add')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((field) => (
              <Menu.Item key={field.id} onClick={() => add(field)}>
                {field.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

interface ChipProps {
  field: FilterField;
  value: string | undefined;
  opened: boolean;
  onOpen: (on: boolean) => void;
  onChange: (value: string | undefined) => void;
}

function Chip({ field, value, opened, onOpen, onChange }: ChipProps) {
  const { t } = useTranslation('ui');
  const label =
    value === undefined
      ? '…'
      : (field.words?.(value) ?? field.options?.find((option) => option.value === value)?.label ?? value);
  const take = (next: string | undefined) => {
    onOpen(false);
    onChange(next);
  };
  return (
    <span className={styles.chip}>
      <Popover opened={opened} onChange={onOpen} position="bottom-start" trapFocus>
        <Popover.Target>
          <button
            type="button"
            className={styles.edit}
            onClick={() => field.kind !== 'flag' && onOpen(!opened)}
          >
            <span className={styles.name}>{field.label}</span>
            {field.kind !== 'flag' && <bdi className="ellipsis">{label}</bdi>}
          </button>
        </Popover.Target>
        <Popover.Dropdown p={field.kind === 'date' ? 'sm' : 4}>
          {field.kind === 'date' ? (
            <DateChoice value={value} onTake={take} />
          ) : (
            <Options field={field} value={value} onTake={take} />
          )}
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className={styles.remove}
        aria-label={t('filter.remove', { name: field.label })}
        onClick={() => take(undefined)}
      >
        <IconX size={13} aria-hidden />
      </button>
    </span>
  );
}

interface ChoiceProps {
  value: string | undefined;
  onTake: (value: string | undefined) => void;
}

function Options({ field, value, onTake }: ChoiceProps & { field: FilterField }) {
  const { t } = useTranslation('ui');
  const { language } = useLocale();
  const [text, setText] = useState('');
  const options = field.options ?? [];
  const shown = text
    ? options.filter((option) => option.value.toLocaleLowerCase().includes(text.toLocaleLowerCase()))
    : options;
  return (
    <>
      {options.length > 8 && (
        <TextInput
          m={4}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder={t('filter.find')}
          aria-label={t('filter.find')}
          data-autofocus
        />
      )}
      <OptionList options={shown.slice(0, 100)} value={value} language={language} onTake={onTake} />
    </>
  );
}

function OptionList(props: ChoiceProps & { options: FilterOption[]; language: string }) {
  return (
    <div role="listbox">
      {props.options.map((option) => (
        <Button
          key={option.value}
          role="option"
          aria-selected={option.value === props.value}
          variant={option.value === props.value ? 'light' : 'subtle'}
          color={option.value === props.value ? 'teal' : 'gray'}
          fullWidth
          justify="space-between"
          styles={{ label: { color: 'var(--tp-text)', fontWeight: 400 } }}
          rightSection={
            option.count === undefined ? undefined : (
              <span className="meta">{formatCount(option.count, props.language)}</span>
            )
          }
          onClick={() => props.onTake(option.value)}
        >
          {option.label}
        </Button>
      ))}
    </div>
  );
}

function DateChoice({ value, onTake }: ChoiceProps) {
  const { t } = useTranslation('ui');
  const [text, setText] = useState(value ?? '');
  return (
    <form
      className={styles.dates}
      onSubmit={(event) => {
        event.preventDefault();
        onTake(text || undefined);
      }}
    >
      <TextInput
        type="date"
        label={t('filter.day')}
        value={text}
        data-autofocus
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit">{t('filter.apply')}</Button>
    </form>
  );
}
