import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import styles from './PlainTable.module.css';

export interface Head {
  label: string;
  /** Money and counts stand right: so do their cells, marked data-number. */
  number?: boolean;
  /** Said to screen readers only. */
  silent?: boolean;
  title?: string;
}

interface Props {
  /** Left out where the rows say themselves what they are. */
  heads?: readonly (string | Head)[];
  /** Its cells are fields. */
  inputs?: boolean;
  /** tbody and tfoot. Rows marked data-total are sums, those marked data-undone were taken back. */
  children: ReactNode;
}

/** A short table that is a part of a page, as long as its rows; a list by itself is a DataTable. */
export function PlainTable({ heads, inputs = false, children }: Props) {
  return (
    <div className={styles.scroll}>
      <table className={cx(styles.table, inputs && styles.inputs)}>
        {heads && (
          <thead>
            <tr>
              {heads.map((head) => {
                const { label, number, silent, title } = typeof head === 'string' ? { label: head } : head;
                return (
                  <th key={label} scope="col" title={title} data-number={number || undefined}>
                    {silent ? <span className="sr">{label}</span> : label}
                  </th>
                );
              })}
            </tr>
          </thead>
        )}
        {children}
      </table>
    </div>
  );
}
