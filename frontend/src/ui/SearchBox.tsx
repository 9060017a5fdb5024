import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import styles from './SearchBox.module.css';

interface Props {
  inputRef?: React.RefObject<HTMLInputElement | null>;
  /** Another width than the usual. */
  className?: string;
  value: string;
  /** Says what can be looked for; it is the name of the field too. */
  hint: string;
  onChange: (text: string | undefined) => void;
}

/** Tolerant of #, dashes, case and leading zeros: the backend does that, this only waits for a pause. */
export function SearchBox({ inputRef, className, value, hint, onChange }: Props) {
  const [text, setText] = useState(value);
  const [last, setLast] = useState(value);
  if (value !== last) {
    setLast(value);
    setText(value);
  }
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => latest.current(text.trim() || undefined), 140);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <TextInput
      ref={inputRef}
      className={className ?? styles.box}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      placeholder={hint}
      aria-label={hint}
      leftSection={<IconSearch size={14} />}
      type="search"
    />
  );
}
