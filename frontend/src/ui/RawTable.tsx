import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import styles from './RawTable.module.css';

interface Props {
  /** The file's columns. */
  columns: string[];
  /** The rows' cells, aligned with the columns. */
  rows: string[][];
  /** The rows' lines in the file. */
  lines: number[];
  /** Tells a cell that is wrong: it is marked, and shown even when it is empty. */
  isBad?: (line: number | undefined, column: string) => boolean;
}

const never = () => false;

/**
 * A record as it came: every column with its values, one column of values per row of the file. What has only one column
 * (EDI, whose rows are segments) stands line by line.
 */
export function RawTable({ columns, rows, lines, isBad = never }: Props) {
  const { t } = useTranslation('ui');
  const [empty, setEmpty] = useState(false);
  const [only, ...others] = columns;
  if (only !== undefined && others.length === 0 && rows.length > 1)
    return (
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('raw.line')}</th>
            <th scope="col">{only}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows never move
            <tr key={place}>
              <th scope="row">{lines[place]}</th>
              <Cell value={row[0] ?? ''} bad={isBad(lines[place], only)} />
            </tr>
          ))}
        </tbody>
      </table>
    );
  const all = columns.map((name, place) => ({ name, values: rows.map((row) => row[place] ?? '') }));
  const told = all.filter(
    ({ name, values }) => values.some(Boolean) || lines.some((line) => isBad(line, name)),
  );
  return (
    <>
      {all.length > told.length && (
        <Checkbox
          my="sm"
          label={t('raw.showEmpty', { count: all.length - told.length })}
          checked={empty}
          onChange={(event) => setEmpty(event.currentTarget.checked)}
        />
      )}
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('raw.column')}</th>
              {lines.map((line) => (
                <th key={line} scope="col">
                  {t('raw.row', { row: line })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(empty ? all : told).map(({ name, values }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {values.map((value, place) => (
                  <Cell key={lines[place] ?? place} value={value} bad={isBad(lines[place], name)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Cell({ value, bad }: { value: string; bad: boolean }) {
  const { t } = useTranslation('ui');
  return (
    <td className={cx(bad && styles.bad)}>
      <bdi>{value}</bdi>
      {bad && <span className="sr">{t('raw.bad')}</span>}
    </td>
  );
}
