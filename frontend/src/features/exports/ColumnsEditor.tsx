import { ActionIcon, Select, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconGripVertical, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportField, TemplateColumn } from '@/api';
import { cx } from '@/lib/cx';
import styles from './exports.module.css';
import { moved } from './move';

interface Props {
  columns: TemplateColumn[];
  fields: readonly ExportField[];
  perLine: boolean;
  onChange: (columns: TemplateColumn[]) => void;
}

/** The columns in their order: drag them, or move them by Alt and the arrow keys; rename, add and take away. */
export function ColumnsEditor({ columns, fields, perLine, onChange }: Props) {
  const { t } = useTranslation('exports');
  const [dragged, setDragged] = useState<number | null>(null);
  const move = (from: number, to: number) => {
    if (to < 0 || to >= columns.length) return;
    onChange(moved(columns, from, to));
    requestAnimationFrame(() => document.getElementById(`column-${to}`)?.focus());
  };
  const change = (at: number, next: Partial<TemplateColumn>) =>
    onChange(columns.map((column, place) => (place === at ? { ...column, ...next } : column)));
  const keys = (at: number) => (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    move(at, event.key === 'ArrowUp' ? at - 1 : at + 1);
  };
  const words = (column: TemplateColumn) =>
    column.field
      ? (fields.find(({ name }) => name === column.field)?.words ?? column.field)
      : column.setting
        ? t('fromSetting')
        : t('fixedText');
  return (
    <div>
      <ol className={styles.columns} aria-label={t('columns')}>
        {columns.map((column, at) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a column has no other identity, and two may be alike
            key={at}
            className={cx(styles.columnLine, dragged === at && styles.dragged)}
            onDragOver={(event) => {
              event.preventDefault();
              if (dragged === null || dragged === at) return;
              onChange(moved(columns, dragged, at));
              setDragged(at);
            }}
          >
            <span
              className={styles.grip}
              draggable
              onDragStart={(event) => {
                event.dataTransfer.effectAllowed = 'move';
                event.dataTransfer.setData('text/plain', String(at));
                setDragged(at);
              }}
              onDragEnd={() => setDragged(null)}
              aria-hidden
            >
              <IconGripVertical size={14} />
            </span>
            <TextInput
              id={`column-${at}`}
              className={styles.header}
              size="xs"
              value={column.header}
              onChange={(event) => change(at, { header: event.currentTarget.value })}
              onKeyDown={keys(at)}
              aria-label={t('headerOf', { field: words(column) })}
            />
            {column.field || column.setting ? (
              <span
                className={styles.source}
                title={column.expr ? `${words(column)} · ${column.expr}` : words(column)}
              >
                {words(column)}
              </span>
            ) : (
              <TextInput
                className={styles.header}
                size="xs"
                placeholder={t('fixedText')}
                value={column.text ?? ''}
                onChange={(event) => change(at, { text: event.currentTarget.value })}
                onKeyDown={keys(at)}
                aria-label={t('textOf', { header: column.header })}
              />
            )}
            <ActionIcon
              size="sm"
              disabled={at === 0}
              onClick={() => move(at, at - 1)}
              aria-label={t('up', { header: column.header })}
            >
              <IconChevronUp size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              disabled={at === columns.length - 1}
              onClick={() => move(at, at + 1)}
              aria-label={t('down', { header: column.header })}
            >
              <IconChevronDown size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              onClick={() => onChange(columns.filter((_, place) => place !== at))}
              aria-label={t('take', { header: column.header })}
            >
              <IconX size={14} />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <AddColumn fields={fields} perLine={perLine} onAdd={(column) => onChange([...columns, column])} />
    </div>
  );
}

interface AddProps {
  fields: readonly ExportField[];
  perLine: boolean;
  onAdd: (column: TemplateColumn) => void;
}

function AddColumn({ fields, perLine, onAdd }: AddProps) {
  const { t } = useTranslation('exports');
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const { name, words, group, of_lines } of fields) {
    if (of_lines && !perLine) continue;
    const label = t(`group.${group as 'order'}`);
    groups.set(label, [...(groups.get(label) ?? []), { value: name, label: words }]);
  }
  const data = [
    { group: t('group.other'), items: [{ value: '', label: t('fixedText') }] },
    ...[...groups].map(([group, items]) => ({ group, items })),
  ];
  return (
    <Select
      className={styles.add}
      size="xs"
      placeholder={t('addColumn')}
      aria-label={t('addColumn')}
      searchable
      data={data}
      value={null}
      nothingFoundMessage={t('noField')}
      onChange={(name) => {
        if (name === null) return;
        const field = fields.find((each) => each.name === name);
        onAdd(field ? { header: field.words, field: field.name } : { header: t('newText') });
      }}
    />
  );
}
