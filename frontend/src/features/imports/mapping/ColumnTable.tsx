import { Button, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FieldInfo, type Inspection, type Mapping, type MappingPreview, useMappingPreview } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { ColumnRow } from './ColumnRow';
import { alsoFilledBy, type ColumnUse, type Draft, placeOf, usedColumns, usedFor, withUse } from './draft';
import { grouped } from './fields';
import styles from './mapping.module.css';
import { previewed } from './Preview';

interface Props {
  inspection: Inspection | null;
  file: string | undefined;
  columns: readonly string[];
  fields: readonly FieldInfo[];
  functions: { name: string; example: string; words: string }[];
  draft: Draft;
  mapping: Mapping;
  onDraft: (next: (before: Draft) => Draft) => void;
}

/** Every column of the file with what it holds and what it fills. Nothing is lost: what fills nothing is kept. */
export function ColumnTable(props: Props) {
  const { inspection, file, columns, fields, functions, draft, mapping, onDraft } = props;
  const { t } = useTranslation('mapping');
  const { language } = useLocale();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const filter = useRef<HTMLInputElement>(null);
  const preview = useMappingPreview(file, mapping, previewed).data;
  const used = usedColumns(draft, columns);
  const groups = useMemo(() => grouped(fields), [fields]);
  const byName = useMemo(
    () => new Map(inspection?.columns.map((column) => [column.name, column])),
    [inspection],
  );
  const change = useCallback(
    (column: string, use: Partial<ColumnUse>) => onDraft((before) => withUse(before, column, use)),
    [onDraft],
  );
  useKeys(t('title'), [{ keys: '/', label: t('columns.filter'), run: () => filter.current?.focus() }]);
  const words = text.trim().toLowerCase();
  const shown = columns.filter(
    (column) =>
      (!open || !used.includes(column)) &&
      (words === '' || matches(column, words, byName.get(column), draft, groups)),
  );
  const problem = preview?.problem ? placeOf(preview.field, draft, columns) : null;
  return (
    <section aria-label={t('columns.title')}>
      <div className={styles.bar}>
        <h2 className={styles.heading}>{t('columns.title')}</h2>
        <span className={styles.soft}>
          {t('columns.used', {
            used: formatCount(used.length, language),
            all: formatCount(columns.length, language),
          })}
        </span>
        <div className={styles.barEnd}>
          <TextInput
            ref={filter}
            type="search"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            placeholder={t('columns.filter')}
            aria-label={t('columns.filter')}
            leftSection={<IconFilter size={14} />}
          />
          {(open || used.length < columns.length) && (
            <Button variant={open ? 'light' : 'default'} aria-pressed={open} onClick={() => setOpen(!open)}>
              {t('columns.unused', { count: columns.length - used.length })}
            </Button>
          )}
        </div>
      </div>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('columns.column')}</th>
            <th scope="col">
              {inspection ? t('columns.samples') : <span className="sr">{t('columns.samples')}</span>}
            </th>
            <th scope="col">{t('columns.fills')}</th>
            <th scope="col">
              <span className="sr">{t('columns.more')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((column) => (
            <ColumnRow
              key={column}
              name={column}
              seen={byName.get(column)}
              use={usedFor(draft, column)}
              fields={fields}
              groups={groups}
              functions={functions}
              also={alsoFilledBy(draft, columns, column).join(', ')}
              problem={problem?.column === column ? (preview?.problem?.message ?? '') : ''}
              results={
                usedFor(draft, column).transform ? resultsOf(preview, usedFor(draft, column).to[0]) : ''
              }
              unread={unreadWords(preview, column)}
              onUse={change}
            />
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className={styles.none}>{t('columns.none')}</p>}
    </section>
  );
}

function matches(
  column: string,
  words: string,
  seen: Inspection['columns'][number] | undefined,
  draft: Draft,
  groups: ReturnType<typeof grouped>,
): boolean {
  const to = usedFor(draft, column).to;
  const labels = groups.flatMap(({ items }) =>
    items.filter(({ value }) => to.includes(value)).map(({ label }) => label),
  );
  return [column, ...labels, ...(seen?.samples ?? [])].some((each) => each.toLowerCase().includes(words));
}

/** What a field is in the first records, for the live result of an expression; one text, so that rows stay memoised. */
function resultsOf(preview: MappingPreview | undefined, field: string | undefined): string {
  if (!preview || !field || preview.problem) return '';
  const all = preview.records.flatMap(({ values, lines }) => [...values, ...lines.flat()]);
  return [...new Set(all.filter((each) => each.field === field).map(({ value }) => value))]
    .slice(0, 3)
    .join('\n');
}

/** Values of a column that nobody could read: words to be explained. */
function unreadWords(preview: MappingPreview | undefined, column: string): string {
  const all = preview?.records.flatMap(({ problems, warnings }) => [...problems, ...warnings]) ?? [];
  return [
    ...new Set(all.filter((each) => each.column === column && each.found).map(({ found }) => found)),
  ].join('\n');
}
