import type { ReactNode } from 'react';
import styles from './ListBar.module.css';

interface Props {
  /** What is looked for, and what narrows the list. */
  children: ReactNode;
  /** How the list is shown. */
  aside?: ReactNode;
}

/** The line above a list. */
export function ListBar({ children, aside }: Props) {
  return (
    <div className={styles.bar}>
      {children}
      {aside && <div className={styles.aside}>{aside}</div>}
    </div>
  );
}
