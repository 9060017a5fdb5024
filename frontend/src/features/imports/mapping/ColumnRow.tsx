import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldInfo, InspectedColumn } from '@/api';
import { useLocale } from '@/lib/locale';
import { ColumnDetails } from './ColumnDetails';
import type { ColumnUse } from './draft';
import type { FieldGroup } from './fields';
import styles from './mapping.module.css';

/** The choice that lets a column fill nothing. */
const none = '-';

export interface RowProps {
  name: string;
  seen: InspectedColumn | undefined;
  use: ColumnUse;
  fields: readonly FieldInfo[];
  groups: FieldGroup[];
  functions: { name: string; example: string; words: string }[];
  /** Other columns that fill the same. */
  also: string;
  problem: string;
  results: string;
  unread: string;
  onUse: (column: string, use: Partial<ColumnUse>) => void;
}

/** One column: its name, three values, and the field it fills. */
export const ColumnRow = memo(function ColumnRow(props: RowProps) {
  const { name, seen, use, groups, fields, also, problem, onUse } = props;
  const { t } = useTranslation('mapping');
  const { language } = useLocale();
  const field = use.to[0] ?? '';
  const words = fields.find((each) => each.name === field)?.type === 'word';
  const [open, setOpen] = useState(use.transform !== '' || Object.keys(use.words).length > 0);
  const shown = open || problem !== '';
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const isGuess = seen?.guess && seen.guess.field === field;
  return (
    <>
      <tr className={styles.row} data-used={field !== ''}>
        <th scope="row">
          <bdi className={styles.header} title={name}>
            {name}
          </bdi>
          {seen && seen.filled < 1 && (
            <span className={styles.filled}>
              {seen.filled === 0
                ? t('columns.empty')
                : t('columns.filled', { percent: percent.format(Math.max(seen.filled, 0.01)) })}
            </span>
          )}
        </th>
        <td>
          <div className={styles.samples}>
            {seen?.samples.map((sample) => (
              <bdi key={sample} title={sample}>
                {sample}
              </bdi>
            ))}
          </div>
        </td>
        <td>
          <div className={styles.fills}>
            <Select
              aria-label={t('columns.fillsOf', { column: name })}
              placeholder={t('columns.notUsed')}
              data={[{ value: none, label: t('columns.notUsed') }, ...groups]}
              value={field || null}
              onChange={(next) =>
                onUse(
                  name,
                  next && next !== none ? { to: [next, ...use.to.slice(1)], words: {} } : { to: [] },
                )
              }
              searchable
              nothingFoundMessage={t('columns.noField')}
              maxDropdownHeight={320}
              comboboxProps={{ width: 280, position: 'bottom-start' }}
            />
            {isGuess && seen.guess && (
              <Tooltip
                label={seen.guess.reason}
                multiline
                maw={320}
                events={{ hover: true, focus: true, touch: true }}
              >
                <button type="button" className={styles.guess} data-doubtful={seen.guess.confidence < 0.7}>
                  {t('columns.guess', { percent: percent.format(seen.guess.confidence) })}
                  <span className="sr">{seen.guess.reason}</span>
                </button>
              </Tooltip>
            )}
            {also && field !== '' && (
              <span className={styles.warn}>{t('columns.also', { columns: also })}</span>
            )}
            {!field &&
              seen?.others.slice(0, 2).map((other) => (
                <button
                  key={other.field}
                  type="button"
                  className={styles.suggest}
                  title={other.reason}
                  onClick={() => onUse(name, { to: [other.field] })}
                >
                  {t('columns.maybe', { field: other.label })}
                </button>
              ))}
          </div>
        </td>
        <td>
          {field !== '' && (
            <ActionIcon
              variant={shown ? 'light' : 'subtle'}
              aria-label={t('columns.moreOf', { column: name })}
              aria-expanded={shown}
              onClick={() => setOpen(!open)}
            >
              <IconAdjustmentsHorizontal size={16} stroke={1.6} />
            </ActionIcon>
          )}
        </td>
      </tr>
      {shown && field !== '' && (
        <tr className={styles.details}>
          <td colSpan={4}>
            <ColumnDetails {...props} words={words} />
          </td>
        </tr>
      )}
    </>
  );
});
