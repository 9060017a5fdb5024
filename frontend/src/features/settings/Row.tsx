import type { ReactNode } from 'react';
import styles from './settings.module.css';

interface Props {
  label: string;
  /** What it does, in a few words. */
  words?: string;
  /** The id of the control, where that is one field. */
  htmlFor?: string;
  children: ReactNode;
}

/** One setting: what it is on the left, the control on the right. */
export function Row({ label, words, htmlFor, children }: Props) {
  return (
    <div className={styles.row}>
      <div>
        {htmlFor ? <label htmlFor={htmlFor}>{label}</label> : <span>{label}</span>}
        {words && <p className={styles.words}>{words}</p>}
      </div>
      <div className={styles.control}>{children}</div>
    </div>
  );
}
