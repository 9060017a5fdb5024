import type { ReactNode } from 'react';
import { formatCount, useLocale } from '@/lib/locale';
import styles from './Plan.module.css';
import { StateBadge } from './StateBadge';
import type { State } from './state';
import { Tabs } from './Tabs';
import { DataTable, type DataTableProps } from './table/DataTable';

export interface PlanTab {
  id: string;
  label: string;
  count: number;
}

interface Props<R> {
  title: ReactNode;
  /** "read live 09:41:07", the file and its zone: what the plan rests on. */
  meta?: ReactNode;
  /** The verdicts, with counts; "" is all. */
  tabs: PlanTab[];
  tab: string;
  onTab: (id: string) => void;
  /** Dry run, discard, and the one filled button that says how many it applies. */
  actions: ReactNode;
  /** Warnings that concern the whole plan. */
  notices?: ReactNode;
  table: DataTableProps<R>;
}

/** Before anything leaves or comes in: every difference, with its reason. The same for imports, bulk edits, undo. */
export function Plan<R>({ title, meta, tabs, tab, onTab, actions, notices, table }: Props<R>) {
  return (
    <div className={styles.plan}>
      <div className={styles.head}>
        <span className={styles.title}>{title}</span>
        {meta && <span className={styles.meta}>{meta}</span>}
        <div className={styles.actions}>{actions}</div>
      </div>
      {notices}
      <Tabs tabs={tabs} active={tab} onChange={onTab} label={table.label} />
      <DataTable {...table} />
    </div>
  );
}

/** A small plan in numbers: what will happen, what is left out and why. */
export function PlanSummary({ lines }: { lines: { state: State; words: ReactNode; count: number }[] }) {
  const { language } = useLocale();
  return (
    <div className={styles.summary}>
      {lines.map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
        <div key={place} className={styles.reason}>
          <StateBadge state={line.state}>{line.words}</StateBadge>
          <span>{formatCount(line.count, language)}</span>
        </div>
      ))}
    </div>
  );
}
