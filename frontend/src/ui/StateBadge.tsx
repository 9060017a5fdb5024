import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import styles from './StateBadge.module.css';
import { type State, stateIcon } from './state';

interface Props {
  state: State;
  /** The word: never leave it out. */
  children: ReactNode;
  /** On a soft ground, for headers; plain in tables. */
  soft?: boolean;
  title?: string;
}

/** Icon, word and colour for how something is. */
export function StateBadge({ state, children, soft = false, title }: Props) {
  const Icon = stateIcon[state];
  return (
    <span className={cx(styles.badge, soft && styles.soft)} data-state={state} title={title}>
      <Icon size={14} stroke={1.9} aria-hidden />
      <span className="ellipsis">{children}</span>
    </span>
  );
}
