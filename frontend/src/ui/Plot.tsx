import { Button } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '@/lib/locale';
import { calendarDay } from '@/lib/when';
import styles from './Plot.module.css';
import { PlotCanvas } from './PlotCanvas';

export interface PlotSeries {
  name: string;
  /** A CSS colour, e.g. var(--tp-chart-1). */
  colour: string;
  values: readonly number[];
}

interface PlotProps {
  label: string;
  /** One day per place, "2026-11-01"; or whatever placeWords words. */
  days: readonly string[];
  /** Words a place where it is no calendar day; keep it between renderings. */
  placeWords?: (day: string) => string;
  /** The head of the table's first column; else "Day". */
  placeHead?: string;
  /** Stacked bars, first at the bottom. */
  series: readonly PlotSeries[];
  /** A line behind which the bars are compared: the period before. */
  line?: { name: string; values: readonly number[] };
  format?: (value: number) => string;
  height?: number;
}

/** Stacked bars per day with a line to compare with; the same as a table, which can be copied. */
export function Plot(props: PlotProps) {
  const { label, days, series, line, format = String, height = 220 } = props;
  const { t } = useTranslation('ui');
  const { language } = useLocale();
  const placeWords = useCallback(
    (day: string) => (props.placeWords ?? ((each: string) => calendarDay(each, language)))(day),
    [props.placeWords, language],
  );
  const [table, setTable] = useState(false);
  const [copied, setCopied] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const value = (values: readonly number[]) =>
    at === null ? null : <strong>{format(values[at] ?? 0)}</strong>;
  const copy = async () => {
    const head = [
      props.placeHead ?? t('plot.day'),
      ...series.map(({ name }) => name),
      ...(line ? [line.name] : []),
    ];
    const rows = days.map((day, place) => [
      props.placeHead ? placeWords(day) : day,
      ...series.map(({ values }) => values[place] ?? 0),
      ...(line ? [line.values[place] ?? 0] : []),
    ]);
    await navigator.clipboard.writeText([head, ...rows].map((row) => row.join('\t')).join('\n'));
    setCopied(true);
  };
  return (
    <figure className={styles.plot} aria-label={label} style={{ margin: 0 }}>
      <div className={styles.bar}>
        {series.map(({ name, colour, values }) => (
          <span key={name} className={styles.key}>
            <span className={styles.swatch} style={{ background: colour }} />
            <bdi>{name}</bdi> {value(values)}
          </span>
        ))}
        {line && (
          <span className={styles.key}>
            <span className={styles.line} />
            {line.name} {value(line.values)}
          </span>
        )}
        {at !== null && days[at] && <span className={styles.day}>{placeWords(days[at])}</span>}
        <span className={styles.tools}>
          {table && (
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void copy()}>
              {copied ? t('plot.copied') : t('plot.copy')}
            </Button>
          )}
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setTable(!table)}>
            {table ? t('plot.plot') : t('plot.table')}
          </Button>
        </span>
      </div>
      {table ? (
        <PlotTable {...props} format={format} words={placeWords} />
      ) : (
        <PlotCanvas
          days={days}
          words={placeWords}
          room={props.placeWords ? 88 : 50}
          series={series}
          line={line}
          height={height}
          onPlace={setAt}
        />
      )}
    </figure>
  );
}

function PlotTable(props: PlotProps & { words: (day: string) => string }) {
  const { days, series, line, format = String, words, placeHead } = props;
  const { t } = useTranslation('ui');
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{placeHead ?? t('plot.day')}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {line && <th scope="col">{line.name}</th>}
          </tr>
        </thead>
        <tbody>
          {days.map((day, place) => (
            <tr key={day}>
              <td>{placeHead ? words(day) : day}</td>
              {series.map(({ name, values }) => (
                <td key={name}>{format(values[place] ?? 0)}</td>
              ))}
              {line && <td>{format(line.values[place] ?? 0)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
