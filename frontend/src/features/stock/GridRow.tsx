import { memo, useEffect, useRef, useState } from 'react';
import type { Stock } from '@/api';
import { cx } from '@/lib/cx';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import styles from './grid.module.css';
import { levelKey, type Pending } from './pending';

export interface Extra {
  id: string;
  header: string;
  value: (row: Stock) => string;
}

interface Props {
  row: Stock;
  index: number;
  top: number;
  domId: string;
  locations: readonly string[];
  title: boolean;
  extras: readonly Extra[];
  pending: Pending;
  /** Columns of the selection in this row, -1 for none. */
  left: number;
  right: number;
  /** The column of the active cell, -1 where it is in another row. */
  active: number;
  /** What the editor begins with; null where none is open here. */
  editing: string | null;
  language: string;
  notTracked: string;
  onDown: (row: number, col: number, event: React.MouseEvent) => void;
  onOver: (row: number, col: number, event: React.MouseEvent) => void;
  onEdit: (row: number, col: number) => void;
  onDone: (text: string | null, leave: Leave) => void;
}
/** How an editor was left: where to go on. */
export type Leave = 'down' | 'up' | 'right' | 'left' | 'stay';

export const onHandAt = (row: Stock, location: string): string | null => {
  const level = row.locations.find((each) => each.location === location);
  return level ? String(level.on_hand) : null;
};

function GridRowView(props: Props) {
  const { row, index, locations, pending, active, language } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-cursor={active >= 0 || undefined}
      className={styles.row}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      <div role="rowheader" className={cx(styles.cell, styles.name)}>
        <a href={href(`/stock/${row.variant}`)} tabIndex={-1}>
          <bdi className="mono clip" title={row.sku || row.title}>
            {row.sku || row.title}
          </bdi>
        </a>
      </div>
      {props.title && (
        <div role="gridcell" className={styles.cell}>
          <bdi className="clip" title={row.title}>
            {row.title}
          </bdi>
        </div>
      )}
      {locations.map((location, col) => {
        const was = onHandAt(row, location);
        const edit = pending.get(levelKey(row.variant, location));
        const isActive = col === active;
        return (
          <div
            key={location}
            id={`${props.domId}${index}-${col}`}
            role="gridcell"
            aria-selected={col >= props.left && col <= props.right}
            aria-colindex={col + 2}
            data-active={isActive || undefined}
            data-edited={edit ? true : undefined}
            className={cx(styles.cell, styles.level)}
            title={
              edit
                ? `${was === null ? props.notTracked : formatQuantity(was, language)} → ${formatQuantity(edit.to, language)}`
                : undefined
            }
            onMouseDown={(event) => props.onDown(index, col, event)}
            onMouseEnter={(event) => props.onOver(index, col, event)}
            onDoubleClick={() => props.onEdit(index, col)}
          >
            {isActive && props.editing !== null ? (
              <Editor start={props.editing} label={`${row.sku} ${location}`} onDone={props.onDone} />
            ) : edit ? (
              <>
                {was !== null && <s className={styles.was}>{formatQuantity(was, language)}</s>}
                <strong>{formatQuantity(edit.to, language)}</strong>
              </>
            ) : was === null ? (
              <span className={styles.none}>
                <span className="sr">{props.notTracked}</span>
              </span>
            ) : (
              formatQuantity(was, language)
            )}
          </div>
        );
      })}
      {props.extras.map((extra) => {
        const value = extra.value(row);
        return (
          <div
            key={extra.id}
            role="gridcell"
            className={cx(styles.cell, styles.number)}
            data-short={value.startsWith('-') || undefined}
          >
            {value === '' || (extra.id === 'backordered' && isZero(value))
              ? ''
              : formatQuantity(value, language)}
          </div>
        );
      })}
    </div>
  );
}

/** One SKU. Memoised: moving redraws the rows it touches. */
export const GridRow = memo(GridRowView);

const leaves: Record<string, Leave> = {
  Enter: 'down',
  'Shift+Enter': 'up',
  Tab: 'right',
  'Shift+Tab': 'left',
  ArrowDown: 'down',
  ArrowUp: 'up',
};

/** The one open cell. What is typed is taken by Enter, Tab, the arrows up and down, and a click elsewhere; Escape leaves it. */
function Editor({ start, label, onDone }: { start: string; label: string; onDone: Props['onDone'] }) {
  const [text, setText] = useState(start);
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => {
    input.current?.focus();
    input.current?.setSelectionRange(start.length, start.length);
  }, [start]);
  const end = (value: string | null, leave: Leave) => {
    if (done.current) return;
    done.current = true;
    onDone(value, leave);
  };
  return (
    <input
      ref={input}
      className={styles.editor}
      value={text}
      inputMode="decimal"
      aria-label={label}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(text, 'stay')}
      onPaste={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        const leave = leaves[`${event.shiftKey ? 'Shift+' : ''}${event.key}`];
        if (event.key === 'Escape') end(null, 'stay');
        else if (leave) end(text, leave);
        else return;
        event.preventDefault();
      }}
    />
  );
}
