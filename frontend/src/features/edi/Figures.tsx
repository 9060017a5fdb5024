import { useTranslation } from 'react-i18next';
import type { EdiLook } from '@/api';
import { cx } from '@/lib/cx';
import styles from './edi.module.css';

const isNumber = (text: string) => text !== '' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text);

/** What a document says in numbers: sales and stock by store, what lies where, what a payment pays. */
export function Figures({ figures }: { figures: EdiLook['figures'][number] }) {
  const { t } = useTranslation('edi');
  const { columns, rows, more } = figures;
  const numeric = columns.map((_, at) => rows.every((row) => !row[at] || isNumber(row[at])));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <div className={styles.figures} role="region" aria-label={t('figures')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column, at) => (
              <th key={column} scope="col" className={cx(numeric[at] && styles.amount)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and never move
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={columns[column]} className={cx(numeric[column] && styles.amount)}>
                  <bdi>{cell}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="meta">{t('figuresMore', { count: more })}</p>}
    </div>
  );
}
