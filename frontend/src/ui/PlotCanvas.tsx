import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { PlotSeries } from './Plot';
import { stack } from './stack';

interface Props {
  days: readonly string[];
  words: (day: string) => string;
  /** How many pixels a word of a place needs. */
  room: number;
  series: readonly PlotSeries[];
  line?: { name: string; values: readonly number[] };
  height: number;
  onPlace: (place: number | null) => void;
}

/** uPlot draws on a canvas, so colours are read from the tokens, anew when the scheme changes. */
export function PlotCanvas({ days, words, room, series, line, height, onPlace }: Props) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const place = useRef(onPlace);
  place.current = onPlace;

  // biome-ignore lint/correctness/useExhaustiveDependencies: scheme changes what the tokens resolve to
  useEffect(() => {
    const element = host.current;
    if (!element || width === 0) return;
    const style = getComputedStyle(element);
    const colour = (name: string) => {
      const variable = /^var\((--[\w-]+)\)$/.exec(name)?.[1];
      return variable ? style.getPropertyValue(variable).trim() : name;
    };
    const bars = uPlot.paths.bars?.({ size: [0.72, 28] });
    const stacked = stack(series.map(({ values }) => values));
    // The highest sums are drawn first, so each lower one covers its part.
    const order = series.map((_, index) => index).reverse();
    const axis: uPlot.Axis = {
      stroke: colour('var(--tp-soft)'),
      font: '12px "Inter Variable", system-ui, sans-serif',
      grid: { stroke: colour('var(--tp-line)'), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width,
        height,
        legend: { show: false },
        padding: [8, 0, 0, 0],
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] },
          y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
        },
        axes: [
          {
            ...axis,
            size: 30,
            space: room,
            grid: { show: false },
            values: (_, places) => places.map((at) => (days[at] ? words(days[at]) : '')),
          },
          { ...axis, size: 44 },
        ],
        series: [
          {},
          ...order.map((index) => ({
            fill: colour(series[index]?.colour ?? ''),
            paths: bars,
            points: { show: false },
          })),
          ...(line
            ? [{ stroke: colour('var(--tp-soft)'), width: 1.5, dash: [4, 3], points: { show: false } }]
            : []),
        ],
        hooks: { setCursor: [(self) => place.current(self.cursor.idx ?? null)] },
      },
      [
        days.map((_, index) => index),
        ...order.map((index) => stacked[index] ?? []),
        ...(line ? [[...line.values]] : []),
      ] as uPlot.AlignedData,
      element,
    );
    return () => plot.destroy();
  }, [days, words, room, series, line, width, height, scheme]);

  return (
    <div ref={ref} style={{ height }}>
      <div ref={host} />
    </div>
  );
}
