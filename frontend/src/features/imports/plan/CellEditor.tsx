import { Button, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './RawCells.module.css';

interface Props {
  label: string;
  value: string;
  /** Rows with the same problem that say the same; 0 where that is not known. */
  alike: number;
  /** step: where to go on: 1 the next cell, -1 the one before, 0 nowhere. */
  onSave: (value: string, everywhere: boolean, step: 0 | 1 | -1) => void;
  onLeave: () => void;
}

/** A cell while it is corrected: Enter keeps it, Tab keeps it and goes on, Escape leaves it as it was. */
export function CellEditor({ label, value, alike, onSave, onLeave }: Props) {
  const { t } = useTranslation('imports');
  const [text, setText] = useState(value);
  const box = useRef<HTMLDivElement>(null);
  const press = (event: React.KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onLeave();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      onSave(text, (event.ctrlKey || event.metaKey) && value !== '', 0);
    } else if (event.key === 'Tab') {
      event.preventDefault();
      onSave(text, false, event.shiftKey ? -1 : 1);
    }
  };
  return (
    <div
      ref={box}
      role="group"
      aria-label={label}
      className={styles.editor}
      onBlur={(event) => {
        if (!box.current?.contains(event.relatedTarget as Node)) onLeave();
      }}
    >
      <Textarea
        aria-label={label}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={press}
        onFocus={(event) => event.currentTarget.select()}
        autoFocus
        autosize
        minRows={1}
        maxRows={6}
        classNames={{ input: 'mono' }}
        spellCheck={false}
      />
      <div className={styles.steps}>
        <Button size="compact-xs" disabled={text === value} onClick={() => onSave(text, false, 0)}>
          {t('raw.save')}
        </Button>
        {value !== '' && (
          <Button
            size="compact-xs"
            variant="default"
            disabled={text === value}
            onClick={() => onSave(text, true, 0)}
          >
            {alike > 1
              ? t('raw.allCount', { count: alike, from: short(value) })
              : t('raw.all', { from: short(value) })}
          </Button>
        )}
      </div>
    </div>
  );
}

const short = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);
