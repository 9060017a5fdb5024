import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { recall, remember } from '@/lib/pageState';
import { Skeleton } from '../Skeleton';
import { type Column, fitColumns, gridTemplate, gridWidth } from './columns';
import styles from './DataTable.module.css';
import { useRowHeight } from './density';
import { ReadOn } from './ReadOn';
import { Row, type RowEvent } from './Row';
import { extend, isEmpty, isSelected, noSelection, type Selection, toggle, toggleLoaded } from './selection';
import { useCursor } from './useCursor';
import { useTableKeys } from './useTableKeys';

export interface DataTableProps<R> {
  /** Names the list for screen readers and in the key help. */
  label: string;
  /** Scroll and cursor are kept under this key while the window is open. */
  storageKey: string;
  /** When this changes (a new filter) the list starts again at the top. */
  resetKey?: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  /** Define it outside the component: it must not change. */
  rowId: (row: R) => string;
  rowName?: (row: R) => string;
  /** All rows there are, when known; else only the loaded ones are announced. */
  total?: number | null;
  hasMore?: boolean;
  onMore?: () => void;
  /** Reading on did not work: it is tried again only when asked to. */
  stuck?: boolean;
  loading?: boolean;
  onOpen?: (row: R) => void;
  /** Space. Given, a click peeks too while something is peeked at. */
  onPeek?: (row: R | null) => void;
  peeked?: string | null;
  selection?: Selection;
  onSelection?: (next: Selection) => void;
  /** Rows go as they are dealt with: the cursor passes to the next. */
  workedOff?: boolean;
  /** Leave out columns marked `drop` where there is no room, instead of scrolling sideways. */
  fit?: boolean;
  /** A part of a page: as high as its rows, and at most so many pixels. Else it fills what there is. */
  most?: number;
  /** Shown instead of rows: EmptyState or ErrorState. */
  instead?: ReactNode;
}

const headHeight = 32;
/** A part of a page shows where it ends: a hairline below, and room for a bar that scrolls sideways. */
const endHeight = 2;
/** Rows that are drawn while they are read. */
const waiting = 6;

/** A virtual list read page by page, with the keys of LOOK.md and grid semantics. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { rows, rowId, selection = noSelection, onSelection, onOpen, onPeek, hasMore = false } = props;
  const { t } = useTranslation('ui');
  const height = useRowHeight();
  const scroller = useRef<HTMLDivElement>(null);
  const domId = useId();
  const selectable = onSelection !== undefined;
  const { ref: wrap, width: room } = useElementSize<HTMLDivElement>();
  const columns = useMemo(
    () => (props.fit && room > 0 ? fitColumns(props.columns, room - 44, selectable) : props.columns),
    [props.columns, props.fit, room, selectable],
  );
  const scrollKey = `${props.storageKey}.scroll`;
  const cursor = useCursor(props.storageKey, rows, rowId, props.workedOff);
  const anchor = useRef<string | null>(null);

  const virtual = useVirtualizer({
    count: rows.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    initialOffset: () => recall(scrollKey, 0),
    scrollPaddingStart: headHeight,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { onMore, stuck = false } = props;
  useEffect(() => {
    if (hasMore && !stuck && last >= rows.length - 60) onMore?.();
  }, [hasMore, stuck, last, rows.length, onMore]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height makes every place stale
  useEffect(() => virtual.measure(), [virtual, height]);

  const shownFor = useRef(props.resetKey);
  useEffect(() => {
    if (shownFor.current === props.resetKey) return;
    shownFor.current = props.resetKey;
    scroller.current?.scrollTo({ top: 0 });
  }, [props.resetKey]);

  const byId = useRef(new Map<string, R>());
  byId.current = new Map(rows.map((row) => [rowId(row), row]));
  const peeking = props.peeked !== null && props.peeked !== undefined;

  const follow = (index: number) => {
    if (index < 0) return;
    // A button pressed before must not answer the next Enter or Space.
    scroller.current?.focus({ preventScroll: true });
    virtual.scrollToIndex(index);
    const row = rows[index];
    if (peeking && row) onPeek?.(row);
  };
  const act = (id: string, event: RowEvent) => {
    const row = byId.current.get(id);
    if (!row) return;
    cursor.set(id);
    if (event === 'tick') onSelection?.(toggle(selection, id, cursor.ids));
    else if (event === 'range') onSelection?.(extend(selection, anchor.current ?? id, id, cursor.ids));
    else if (event === 'open' && peeking && onPeek) onPeek(row);
    else if (event === 'open') onOpen?.(row);
    if (event !== 'range') anchor.current = id;
  };
  const latest = useRef(act);
  latest.current = act;
  const onRow = useCallback((id: string, event: RowEvent) => latest.current(id, event), []);

  const peek = () => {
    if (peeking) onPeek?.(null);
    else onPeek?.(rows[cursor.index >= 0 ? cursor.index : cursor.move(1)] ?? null);
  };
  const current = cursor.id === null ? undefined : byId.current.get(cursor.id);
  useTableKeys(props.label, {
    move: (step) => follow(cursor.move(step)),
    edge: (end) => follow(cursor.move(end === 'first' ? -rows.length : rows.length)),
    page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / height) - 2),
    open: onOpen && (() => current && onOpen(current)),
    peek: onPeek && peek,
    tick: onSelection && (() => cursor.id !== null && act(cursor.id, 'tick')),
    extend:
      onSelection &&
      ((step) => {
        const from = cursor.id;
        anchor.current ??= from;
        const index = cursor.move(step);
        follow(index);
        const to = cursor.ids[index];
        if (to !== undefined) onSelection(extend(selection, from ?? to, to, cursor.ids));
      }),
    leave: () => {
      if (peeking) onPeek?.(null);
      else if (!isEmpty(selection)) onSelection?.(noSelection);
    },
  });
  const allLoaded = rows.length > 0 && (selection.all || cursor.ids.every((id) => selection.ids.has(id)));
  const template = gridTemplate(columns, selectable);
  const width = gridWidth(columns, selectable) + 32;
  const part =
    props.most === undefined || props.instead
      ? undefined
      : ({
          '--tp-gutter': '0px',
          // Its cells' own padding apart it stands as wide as what is around it.
          marginInline: -8,
          borderBottom: '1px solid var(--tp-line)',
          flex: 'none',
          height: Math.min(
            headHeight + (props.loading ? waiting : rows.length) * height + endHeight,
            props.most,
          ),
        } as React.CSSProperties);
  const announced = props.total ?? (hasMore ? -1 : rows.length + 1);

  return (
    <div ref={wrap} className={styles.wrap} style={part}>
      {props.instead ? (
        <div className={styles.over}>{props.instead}</div>
      ) : (
        <div
          ref={scroller}
          role="grid"
          tabIndex={0}
          className={styles.scroller}
          aria-label={props.label}
          aria-rowcount={announced > 0 && props.total ? announced + 1 : announced}
          aria-colcount={columns.length + (selectable ? 1 : 0)}
          aria-multiselectable={selectable || undefined}
          aria-activedescendant={cursor.index >= 0 ? `${domId}${cursor.id}` : undefined}
          aria-busy={props.loading || undefined}
          onScroll={(event) => remember(scrollKey, event.currentTarget.scrollTop)}
          style={{ '--template': template, '--width': `${width}px` } as React.CSSProperties}
        >
          <div className={styles.inner}>
            <div role="row" aria-rowindex={1} className={styles.head}>
              {selectable && (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the tick inside is a real checkbox
                <div
                  role="columnheader"
                  className={styles.tick}
                  onClick={() => onSelection(toggleLoaded(selection, cursor.ids))}
                >
                  <input type="checkbox" checked={allLoaded} readOnly aria-label={t('table.selectLoaded')} />
                </div>
              )}
              {columns.map((column) => (
                <div
                  key={column.id}
                  role="columnheader"
                  className={cx(styles.cell, column.align && styles.end)}
                  title={column.hint}
                >
                  {column.short ?? column.header}
                </div>
              ))}
            </div>
            {props.loading && rows.length === 0 && <Skeleton lines={waiting} />}
            <div role="rowgroup" style={{ position: 'relative', height: virtual.getTotalSize() }}>
              {items.map((item) => {
                const row = rows[item.index];
                if (row === undefined) {
                  return (
                    <div
                      key="more"
                      className={styles.more}
                      style={{ transform: `translateY(${item.start}px)` }}
                    >
                      {stuck ? <ReadOn onMore={onMore} /> : t('table.reading')}
                    </div>
                  );
                }
                const id = rowId(row);
                return (
                  <Row
                    key={id}
                    row={row}
                    rowId={id}
                    domId={`${domId}${id}`}
                    index={item.index}
                    top={item.start}
                    columns={columns}
                    selectable={selectable}
                    selected={selectable && isSelected(selection, id)}
                    cursor={item.index === cursor.index}
                    openable={onOpen !== undefined}
                    tickLabel={t('table.selectRow', { name: props.rowName?.(row) ?? id })}
                    onRow={onRow}
                  />
                );
              })}
            </div>
          </div>
        </div>
      )}
    </div>
  );
}
