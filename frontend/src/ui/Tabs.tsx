import type { ReactNode } from 'react';
import { formatCount, useLocale } from '@/lib/locale';
import type { State } from './state';
import styles from './Tabs.module.css';

export interface TabItem {
  id: string;
  label: string;
  /** Shown after the label; leave out where nobody knows it. */
  count?: number;
  state?: State;
}

interface Props {
  label: string;
  tabs: readonly TabItem[];
  active: string;
  onChange: (id: string) => void;
  /** After the tabs: "save view". */
  after?: ReactNode;
}

/** Ready-made filters above a list, with how many each finds. */
export function Tabs({ label, tabs, active, onChange, after }: Props) {
  const { language } = useLocale();
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          className={styles.tab}
          aria-current={tab.id === active}
          onClick={() => onChange(tab.id)}
        >
          <bdi>{tab.label}</bdi>
          {tab.count !== undefined && tab.count > 0 && (
            <span className={styles.count} data-state={tab.state}>
              {formatCount(tab.count, language)}
            </span>
          )}
        </button>
      ))}
      {after && <span className={styles.after}>{after}</span>}
    </nav>
  );
}
