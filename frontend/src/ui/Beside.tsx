import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import styles from './Beside.module.css';

interface Props {
  /** What is looked at of the list, as a SidePeek; false while nothing is. */
  peek: ReactNode;
  /** Draws a line above, where no other part ends there. */
  ruled?: boolean;
  children: ReactNode;
}

/** A list with a peek at its side; in a narrow window the peek lies over the list. */
export function Beside({ peek, ruled, children }: Props) {
  return (
    <div className={cx(styles.split, ruled && styles.ruled)}>
      <div className={styles.list}>{children}</div>
      {peek && <div className={styles.peek}>{peek}</div>}
    </div>
  );
}
