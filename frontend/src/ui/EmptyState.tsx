import type { ReactNode } from 'react';
import styles from './Notice.module.css';

interface Props {
  title: string;
  /** One sentence that teaches. */
  children: ReactNode;
  /** The next steps: two buttons at most. */
  actions?: ReactNode;
}

/** What a place is for, while there is nothing in it. */
export function EmptyState({ title, children, actions }: Props) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      <p>{children}</p>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
