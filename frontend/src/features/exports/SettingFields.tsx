import { Select, TextInput } from '@mantine/core';
import type { Template } from '@/api';
import styles from './exports.module.css';

type Setting = NonNullable<Template['settings']>[number];

interface Props {
  settings: Setting[];
  onChange: (settings: Setting[]) => void;
}

/** What the target needs and only the merchant knows: names of accounts, service codes. */
export function SettingFields({ settings, onChange }: Props) {
  const set = (name: string, value: string) =>
    onChange(settings.map((each) => (each.name === name ? { ...each, value } : each)));
  return (
    <div className={styles.styleGrid}>
      {settings.map(({ name, words, value, choices }) =>
        choices && choices.length > 0 ? (
          <Select
            key={name}
            size="xs"
            label={words}
            data={choices}
            value={value}
            allowDeselect={false}
            onChange={(next) => next !== null && set(name, next)}
          />
        ) : (
          <TextInput
            key={name}
            size="xs"
            label={words}
            value={value}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ),
      )}
    </div>
  );
}
