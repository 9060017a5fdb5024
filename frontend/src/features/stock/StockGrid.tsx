import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Stock } from '@/api';
import { cx } from '@/lib/cx';
import { recall, remember, usePageState } from '@/lib/pageState';
import { ReadOn, useRowHeight } from '@/ui';
import { type Extra, GridRow, type Leave } from './GridRow';
import {
  bounds,
  type Cell,
  copyBlock,
  fillDown,
  goOn,
  type PlacedEdit,
  type Range,
  type Size,
  step,
} from './grid';
import styles from './grid.module.css';
import type { Pending } from './pending';

export interface GridProps {
  rows: readonly Stock[];
  /** The columns that can be edited. */
  locations: readonly string[];
  title: boolean;
  extras: readonly Extra[];
  total: number | null;
  hasMore: boolean;
  onMore?: () => void;
  /** Reading on did not work: it is tried again only when asked to. */
  stuck: boolean;
  loading: boolean;
  resetKey: string;
  pending: Pending;
  language: string;
  /** What a cell shows: what waits, else what is on hand. */
  value: (cell: Cell) => string;
  onEdits: (edits: readonly PlacedEdit[]) => void;
  onPaste: (text: string, range: Range, size: Size) => void;
  onUndo: () => void;
  onRedo: () => void;
  onOpen: (row: Stock) => void;
  onPeek: (row: Stock) => void;
  onActive: (row: Stock | undefined, location: string | undefined, range: Range) => void;
  instead?: ReactNode;
}

const first: Range = { from: { row: 0, col: 0 }, to: { row: 0, col: 0 } };
const arrows: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
const far = 1_000_000;

/** SKUs by locations, with the keys of a spreadsheet: what is on hand is typed, pasted and filled in place. */
export function StockGrid(props: GridProps) {
  const { rows, locations, language, onMore, stuck } = props;
  const { t } = useTranslation('stock');
  const height = useRowHeight();
  const domId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [range, setRange] = usePageState<Range>('stock.range', first);
  const [editing, setEditing] = useState<string | null>(null);
  const drawing = useRef(false);
  const size = { rows: rows.length, cols: locations.length };
  const shown = bounds(range);
  const active = range.to;

  const virtual = useVirtualizer({
    count: rows.length + (props.hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    initialOffset: () => recall('stock.scroll', 0),
    scrollPaddingStart: 32,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (props.hasMore && !stuck && last >= rows.length - 60) onMore?.();
  }, [props.hasMore, stuck, last, rows.length, onMore]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height makes every place stale
  useEffect(() => virtual.measure(), [virtual, height]);
  const shownFor = useRef(props.resetKey);
  useEffect(() => {
    if (shownFor.current === props.resetKey) return;
    shownFor.current = props.resetKey;
    setRange(first);
    scroller.current?.scrollTo({ top: 0 });
  }, [props.resetKey, setRange]);
  const { onActive } = props;
  useEffect(
    () => onActive(rows[active.row], locations[active.col], range),
    [onActive, rows, locations, active.row, active.col, range],
  );

  const select = useCallback(
    (next: Range) => {
      setRange(next);
      virtual.scrollToIndex(next.to.row);
      document
        .getElementById(`${domId}${next.to.row}-${next.to.col}`)
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    },
    [setRange, virtual, domId],
  );
  const open = (start: string) => size.cols > 0 && rows[active.row] && setEditing(start);
  const focus = useCallback(() => scroller.current?.focus({ preventScroll: true }), []);

  // The arrows go without a click first, as in every list, but take the focus from nothing that has it.
  const shows = size.rows > 0;
  useEffect(() => {
    if (shows && document.activeElement === document.body) focus();
  }, [shows, focus]);

  const latest = useRef({ range, size });
  latest.current = { range, size };
  const { onEdits } = props;
  const done = useCallback(
    (text: string | null, leave: Leave) => {
      setEditing(null);
      const now = latest.current;
      if (text !== null) onEdits([{ ...now.range.to, text: text.trim() }]);
      if (leave !== 'stay' || text === null) focus();
      if (leave === 'down' || leave === 'up') select(step(now.range, leave === 'down' ? 1 : -1, 0, now.size));
      if (leave === 'right' || leave === 'left')
        select(goOn(now.range, leave === 'right' ? 1 : -1, now.size));
    },
    [onEdits, select, focus],
  );
  const down = useCallback(
    (row: number, col: number, event: React.MouseEvent) => {
      if (event.button !== 0 || (event.target as HTMLElement).closest('input')) return;
      event.preventDefault();
      setEditing(null);
      const to = { row, col };
      drawing.current = true;
      setRange({ from: event.shiftKey ? latest.current.range.from : to, to });
      focus();
    },
    [setRange, focus],
  );
  const over = useCallback(
    (row: number, col: number, event: React.MouseEvent) => {
      if (drawing.current && event.buttons === 1)
        setRange({ from: latest.current.range.from, to: { row, col } });
    },
    [setRange],
  );
  const edit = useCallback(
    (row: number, col: number) => {
      setRange({ from: { row, col }, to: { row, col } });
      setEditing(null);
      requestAnimationFrame(() => setEditing('again'));
    },
    [setRange],
  );

  const keys = (event: React.KeyboardEvent) => {
    if (editing !== null || size.rows === 0 || size.cols === 0) return;
    const mod = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / height) - 2);
    const arrow = arrows[event.key];
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (arrow)
      select(step(range, arrow[0] * (mod ? far : 1), arrow[1] * (mod ? far : 1), size, event.shiftKey));
    else if (mod && key === 'd') props.onEdits(fillDown(range, props.value));
    else if (mod && key === 'a')
      setRange({ from: { row: 0, col: 0 }, to: { row: size.rows - 1, col: size.cols - 1 } });
    else if (mod && key === 'z') (event.shiftKey ? props.onRedo : props.onUndo)();
    else if (mod && key === 'y') props.onRedo();
    else if (mod && key === 'Home') select(step(range, -far, -far, size, event.shiftKey));
    else if (mod && key === 'End') select(step(range, far, far, size, event.shiftKey));
    else if (mod || event.altKey) return;
    else if (key === 'Home') select(step(range, 0, -far, size, event.shiftKey));
    else if (key === 'End') select(step(range, 0, far, size, event.shiftKey));
    else if (key === 'PageDown' || key === 'PageUp')
      select(step(range, key === 'PageDown' ? page : -page, 0, size, event.shiftKey));
    else if (key === 'Tab') {
      const next = goOn(range, event.shiftKey ? -1 : 1, size);
      if (next.to.row === active.row && next.to.col === active.col) return; // at the end the focus goes on
      select(next);
    } else if (key === 'Enter' || key === 'F2') open(props.value(active));
    else if (key === 'Delete' || key === 'Backspace') clearSelected();
    else if (/^[0-9.,]$/.test(key)) open(key);
    else if (key === 'o' || key === ' ') {
      const row = rows[active.row];
      if (row) (key === 'o' ? props.onOpen : props.onPeek)(row);
    } else return;
    event.preventDefault();
  };
  const clearSelected = () => {
    const gone: PlacedEdit[] = [];
    for (let row = shown.top; row <= shown.bottom; row++)
      for (let col = shown.left; col <= shown.right; col++) gone.push({ row, col, text: '' });
    props.onEdits(gone);
  };

  const template = [
    'minmax(140px, 1fr)',
    ...(props.title ? ['minmax(120px, 2fr)'] : []),
    ...locations.map(() => '104px'),
    ...props.extras.map(() => '96px'),
  ].join(' ');
  const width = 140 + (props.title ? 120 : 0) + locations.length * 104 + props.extras.length * 96 + 32;
  if (props.instead) return <div className={styles.over}>{props.instead}</div>;
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      className={styles.scroller}
      aria-label={t('views.stock')}
      aria-rowcount={props.total === null ? -1 : props.total + 1}
      aria-multiselectable
      aria-busy={props.loading || undefined}
      aria-activedescendant={rows[active.row] ? `${domId}${active.row}-${active.col}` : undefined}
      style={{ '--template': template, '--width': `${width}px` } as React.CSSProperties}
      onScroll={(event) => remember('stock.scroll', event.currentTarget.scrollTop)}
      onKeyDown={keys}
      onMouseUp={() => {
        drawing.current = false;
      }}
      onCopy={(event) => {
        event.clipboardData.setData('text/plain', copyBlock(range, props.value));
        event.preventDefault();
        event.stopPropagation();
      }}
      onPaste={(event) => {
        event.preventDefault();
        event.stopPropagation();
        props.onPaste(event.clipboardData.getData('text/plain'), range, size);
      }}
    >
      <div className={styles.inner}>
        <div role="row" aria-rowindex={1} className={styles.head}>
          <div role="columnheader" className={styles.cell}>
            {t('grid.sku')}
          </div>
          {props.title && (
            <div role="columnheader" className={styles.cell}>
              {t('grid.title')}
            </div>
          )}
          {locations.map((location) => (
            <div
              key={location}
              role="columnheader"
              className={cx(styles.cell, styles.level)}
              title={t('grid.onHandAt', { location })}
            >
              <bdi className="clip">{location}</bdi>
            </div>
          ))}
          {props.extras.map((extra) => (
            <div key={extra.id} role="columnheader" className={cx(styles.cell, styles.number)}>
              {extra.header}
            </div>
          ))}
        </div>
        <div role="rowgroup" style={{ position: 'relative', height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined)
              return (
                <div key="more" className={styles.more} style={{ transform: `translateY(${item.start}px)` }}>
                  {stuck ? <ReadOn onMore={onMore} /> : t('grid.reading')}
                </div>
              );
            const inside = item.index >= shown.top && item.index <= shown.bottom;
            const isActive = item.index === active.row;
            return (
              <GridRow
                key={row.variant}
                row={row}
                index={item.index}
                top={item.start}
                domId={domId}
                locations={locations}
                title={props.title}
                extras={props.extras}
                pending={props.pending}
                left={inside ? shown.left : -1}
                right={inside ? shown.right : -1}
                active={isActive ? active.col : -1}
                editing={isActive ? (editing === 'again' ? props.value(active) : editing) : null}
                language={language}
                notTracked={t('grid.notTracked')}
                onDown={down}
                onOver={over}
                onEdit={edit}
                onDone={done}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
