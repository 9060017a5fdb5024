import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLocale } from '@/lib/locale';
import { dayOnly } from '@/lib/when';
import { Change } from './Change';
import styles from './Timeline.module.css';
import { When } from './When';

export interface TimelineItem {
  id: string;
  at: string;
  icon: TablerIcon;
  title: ReactNode;
  /** What opens the cause, and the raw message. */
  links?: ReactNode;
  changes: { label: string; before: string | null; after: string | null }[];
}

/** What happened to one record, newest first, by day. */
export function Timeline({ items }: { items: TimelineItem[] }) {
  const { zone, language } = useLocale();
  return (
    <ol className={styles.list}>
      {items.map((item, place) => {
        const day = dayOnly(item.at, zone, language);
        const before = items[place - 1];
        const newDay = !before || dayOnly(before.at, zone, language) !== day;
        const after = items[place + 1];
        const last = !after || dayOnly(after.at, zone, language) !== day;
        return (
          <li key={item.id}>
            {newDay && <div className={styles.day}>{day}</div>}
            <div className={styles.entry} data-last={last || undefined}>
              <span className={styles.icon}>
                <item.icon size={15} stroke={1.7} aria-hidden />
              </span>
              <div>
                <span>{item.title}</span>
                {item.links && <span className={styles.links}>{item.links}</span>}
                {item.changes.length > 0 && (
                  <dl className={styles.changes}>
                    {item.changes.map((change) => (
                      <div key={change.label} style={{ display: 'contents' }}>
                        <dt>{change.label}</dt>
                        <dd>
                          <Change before={change.before} after={change.after} />
                        </dd>
                      </div>
                    ))}
                  </dl>
                )}
              </div>
              <span className={styles.at}>
                <When at={item.at} as="time" />
              </span>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
