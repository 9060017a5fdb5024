import type { ReactNode } from 'react';
import styles from './NoticeLine.module.css';
import { type State, stateIcon } from './state';

interface Props {
  state: State;
  children: ReactNode;
  /** What can be done about it. */
  action?: ReactNode;
}

/** One line that says something about the whole page: a warning, a result, what to look at. */
export function NoticeLine({ state, children, action }: Props) {
  const Icon = stateIcon[state];
  return (
    <div className={styles.line} data-state={state} role="note">
      <Icon size={15} stroke={1.9} aria-hidden />
      <div className={styles.words}>{children}</div>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
