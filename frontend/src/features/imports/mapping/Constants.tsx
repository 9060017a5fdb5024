import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldInfo } from '@/api';
import { grouped } from './fields';
import styles from './mapping.module.css';

interface Props {
  fields: readonly FieldInfo[];
  constants: Record<string, string>;
  onChange: (constants: Record<string, string>) => void;
}

/** Values for fields that no column fills: every record gets them. */
export function Constants({ fields, constants, onChange }: Props) {
  const { t } = useTranslation('mapping');
  const [adding, setAdding] = useState(false);
  const groups = grouped(fields);
  const labels = new Map(groups.flatMap(({ items }) => items.map(({ value, label }) => [value, label])));
  const without = (field: string) => {
    const { [field]: _, ...rest } = constants;
    return rest;
  };
  const entries = Object.entries(constants);
  return (
    <section className={styles.constants} aria-label={t('constants.title')}>
      <div className={styles.bar}>
        <h2 className={styles.heading}>{t('constants.title')}</h2>
        <span className={styles.soft}>{t('constants.words')}</span>
      </div>
      {entries.map(([field, value]) => {
        const choices = fields.find(({ name }) => name === field)?.words ?? [];
        const label = labels.get(field) ?? field;
        return (
          <div key={field} className={styles.constant}>
            <span>{label}</span>
            {choices.length > 0 ? (
              <Select
                aria-label={label}
                data={choices.map((each) => ({ value: each, label: each.replaceAll('_', ' ') }))}
                value={value || null}
                onChange={(next) => onChange({ ...constants, [field]: next ?? '' })}
              />
            ) : (
              <TextInput
                aria-label={label}
                value={value}
                onChange={(event) => onChange({ ...constants, [field]: event.currentTarget.value })}
                autoFocus={value === ''}
              />
            )}
            <ActionIcon
              aria-label={t('constants.remove', { field: label })}
              onClick={() => onChange(without(field))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        );
      })}
      {adding ? (
        <Select
          aria-label={t('constants.field')}
          placeholder={t('constants.field')}
          data={groups.map(({ group, items }) => ({
            group,
            items: items.filter(({ value }) => !(value in constants)),
          }))}
          value={null}
          onChange={(field) => {
            if (field) onChange({ ...constants, [field]: '' });
            setAdding(false);
          }}
          onBlur={() => setAdding(false)}
          searchable
          autoFocus
          defaultDropdownOpened
          w={280}
        />
      ) : (
        <Button variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
          {t('constants.add')}
        </Button>
      )}
    </section>
  );
}
