import styles from './ChannelMark.module.css';

interface Props {
  name: string;
  kind: string;
  /** Only the letter, with the name on hover: for narrow columns. */
  compact?: boolean;
}

/** A channel: its letter on its colour, and its name. */
export function ChannelMark({ name, kind, compact = false }: Props) {
  const letter = Array.from(name.trim())[0]?.toUpperCase() ?? '?';
  return (
    <span className={styles.mark} title={name}>
      <span className={styles.dot} data-kind={kind} aria-hidden>
        {letter}
      </span>
      {compact ? <span className="sr">{name}</span> : <bdi className="ellipsis">{name}</bdi>}
    </span>
  );
}
