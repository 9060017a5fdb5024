import { memo } from 'react';
import { cx } from '@/lib/cx';
import type { Column } from './columns';
import styles from './DataTable.module.css';

export type RowEvent = 'open' | 'tick' | 'range' | 'cursor';

interface Props<R> {
  row: R;
  rowId: string;
  domId: string;
  index: number;
  top: number;
  columns: readonly Column<R>[];
  selectable: boolean;
  selected: boolean;
  cursor: boolean;
  openable: boolean;
  tickLabel: string;
  onRow: (id: string, event: RowEvent) => void;
}

function RowView<R>(props: Props<R>) {
  const { row, rowId, columns, selectable, selected, onRow } = props;
  const click = (event: React.MouseEvent) => {
    if ((event.target as HTMLElement).closest('a,button,input,label')) return;
    if (!window.getSelection()?.isCollapsed) return;
    if (selectable && event.shiftKey) onRow(rowId, 'range');
    else if (selectable && (event.ctrlKey || event.metaKey)) onRow(rowId, 'tick');
    else onRow(rowId, props.openable ? 'open' : 'cursor');
  };
  const tick = (event: React.MouseEvent) => {
    event.stopPropagation();
    onRow(rowId, event.shiftKey ? 'range' : 'tick');
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself has the keys (useTableKeys)
    <div
      id={props.domId}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={selectable ? selected : undefined}
      data-cursor={props.cursor || undefined}
      className={cx(styles.row, props.openable && styles.openable)}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={click}
    >
      {selectable && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: X ticks the row under the cursor
        <div role="gridcell" className={styles.tick} onClick={tick}>
          <input type="checkbox" tabIndex={-1} checked={selected} readOnly aria-label={props.tickLabel} />
        </div>
      )}
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={cx(styles.cell, column.align && styles.end)}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

/** One row. Memoised: scrolling and moving the cursor redraw only the rows they touch. */
export const Row = memo(RowView) as typeof RowView;
