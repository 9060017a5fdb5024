import { Tooltip } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EdiElement, EdiSegment } from '@/api';
import { cx } from '@/lib/cx';
import styles from './edi.module.css';
import { Fault } from './Fault';
import { type Piece, pieces } from './marks';

const rowHeight = 30;
const most = 24;

/** Every segment in one row: in words, by its elements, and as it came. An element under the pointer is lit in both. */
export function Segments({ segments }: { segments: readonly EdiSegment[] }) {
  const { t } = useTranslation('edi');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: segments.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  return (
    <div ref={scroller} className={styles.scroller}>
      <div role="table" aria-rowcount={segments.length + 1} className={styles.table}>
        <div role="row" aria-rowindex={1} className={cx(styles.row, styles.header)}>
          {(['words', 'segment', 'raw'] as const).map((column) => (
            <span role="columnheader" key={column}>
              {t(`columns.${column}`)}
            </span>
          ))}
        </div>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((item) => {
            const segment = segments[item.index];
            return (
              segment && (
                <div
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  className={styles.place}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <Row segment={segment} index={item.index} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Row({ segment, index }: { segment: EdiSegment; index: number }) {
  const { t } = useTranslation('edi');
  const [lit, setLit] = useState<EdiElement>();
  const cut = pieces(segment);
  const wrong = segment.errors.some(({ level }) => level !== 'hint');
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={cx(styles.row, wrong && styles.wrong, segment.opens && styles.opens)}
    >
      <Cell>
        <div style={{ paddingInlineStart: Math.min(segment.depth, 6) * 14 }}>
          <span className={styles.label}>{segment.label}</span>
          <bdi>{segment.words}</bdi>
          {segment.errors.map((error) => (
            <Fault key={`${error.kind} ${error.element} ${error.component} ${error.message}`} error={error} />
          ))}
        </div>
      </Cell>
      <Cell>
        <Tooltip label={`${segment.label} · ${t('line', { line: segment.line })}`} openDelay={200}>
          <span className={styles.tag}>{segment.tag}</span>
        </Tooltip>
        {cut
          .filter((piece) => piece.element)
          .slice(0, most)
          .map((piece) => (
            <Element
              key={`${piece.element?.at}`}
              piece={piece}
              lit={lit === piece.element}
              onLight={setLit}
            />
          ))}
      </Cell>
      <Cell>
        <code className={cx('mono', styles.raw)}>
          {cut.map((piece, place) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a segment never move
              key={place}
              className={cx(
                piece.error && styles.bad,
                piece.element && piece.element === lit && styles.lit,
                !piece.element && styles.soft,
              )}
            >
              {piece.text}
            </span>
          ))}
        </code>
      </Cell>
    </div>
  );
}

function Cell({ children }: { children: React.ReactNode }) {
  return (
    <div role="cell" className={styles.cell}>
      {children}
    </div>
  );
}

interface ElementProps {
  piece: Piece;
  lit: boolean;
  onLight: (element: EdiElement | undefined) => void;
}

/** An element with its place and meaning under the pointer. */
function Element({ piece, lit, onLight }: ElementProps) {
  const { element, error } = piece;
  if (!element) return null;
  const words = [element.name, element.label].filter(Boolean).join(' ');
  return (
    <Tooltip
      multiline
      maw={340}
      openDelay={120}
      label={
        <>
          <strong>{words}</strong>
          <br />
          {[element.value, element.meaning].filter(Boolean).join(' = ')}
          {error && (
            <>
              <br />
              {error.message}
            </>
          )}
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the pointer only lights the same element in the next column */}
      <span
        className={cx(styles.element, error && styles.bad, lit && styles.lit)}
        onMouseEnter={() => onLight(element)}
        onMouseLeave={() => onLight(undefined)}
      >
        <span className={styles.number}>{String(element.element).padStart(2, '0')}</span>
        <bdi>{element.value}</bdi>
      </span>
    </Tooltip>
  );
}
