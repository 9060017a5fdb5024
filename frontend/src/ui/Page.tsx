import { type ReactNode, useEffect, useId, useRef } from 'react';
import { cx } from '@/lib/cx';
import { recall, remember } from '@/lib/pageState';
import styles from './Page.module.css';

interface Props {
  title: ReactNode;
  /** The list that a record's page belongs to: the way back. */
  within?: { name: string; href: string };
  /** States beside the title. */
  beside?: ReactNode;
  /** On the right: at most one filled button. */
  actions?: ReactNode;
  /** A page that scrolls as a whole keeps its place under this key. A list page leaves it out and fills the height. */
  scrollKey?: string;
  narrow?: boolean;
  children: ReactNode;
}

/** The frame of every page: title line, then either one scrolling body or a list that fills the rest. */
export function Page({ title, within, beside, actions, scrollKey, narrow = false, children }: Props) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (scrollKey && ref.current) ref.current.scrollTop = recall(`scroll.${scrollKey}`, 0);
  }, [scrollKey]);
  const keep = scrollKey
    ? (event: React.UIEvent<HTMLElement>) => remember(`scroll.${scrollKey}`, event.currentTarget.scrollTop)
    : undefined;
  return (
    <section ref={ref} className={cx(styles.page, scrollKey && styles.scroll)} onScroll={keep}>
      <header className={styles.head}>
        <div className={styles.path}>
          {within && (
            <>
              <a href={within.href}>{within.name}</a>
              <span aria-hidden>/</span>
            </>
          )}
          <h1 className={styles.title}>{title}</h1>
        </div>
        {beside && <div className={styles.beside}>{beside}</div>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {scrollKey ? <div className={cx(styles.body, narrow && styles.narrow)}>{children}</div> : children}
    </section>
  );
}

interface SectionProps {
  title: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}

/** A titled part of a page, set off by a hairline, never by a box. */
export function Section({ title, aside, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.sectionHead}>
        <h2 id={id} className={styles.sectionTitle}>
          {title}
        </h2>
        {aside && <div className={styles.sectionAside}>{aside}</div>}
      </div>
      {children}
    </section>
  );
}
