import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './edi.module.css';
import { example } from './example';

interface Props {
  busy: boolean;
  onText: (text: string) => void;
  onChoose: () => void;
}

/** What the page is for, while nothing is looked at. */
export function Hello({ busy, onText, onChoose }: Props) {
  const { t } = useTranslation('edi');
  const [text, setText] = useState('');
  return (
    <div className={styles.hello}>
      <h2>{t('hello.title')}</h2>
      <p>{t('hello.words')}</p>
      <Textarea
        aria-label={t('hello.paste')}
        placeholder={t('hello.paste')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rows={8}
        classNames={{ input: styles.pasted ?? '' }}
        spellCheck={false}
      />
      <div className={styles.actions}>
        <Button onClick={() => onText(text)} disabled={text.trim() === ''} loading={busy}>
          {t('hello.look')}
        </Button>
        <Button variant="default" onClick={onChoose} disabled={busy}>
          {t('hello.choose')}
        </Button>
        <Button variant="subtle" onClick={() => onText(example)} disabled={busy}>
          {t('hello.example')}
        </Button>
      </div>
    </div>
  );
}
