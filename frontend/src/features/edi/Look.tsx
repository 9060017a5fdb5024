import { Button, CopyButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EdiError, EdiLook } from '@/api';
import { Tabs } from '@/ui';
import { Documents } from './Documents';
import styles from './edi.module.css';
import { Fault } from './Fault';
import { Segments } from './Segments';

type Tab = 'all' | 'wrong' | 'answer' | 'raw';

interface Props {
  look: EdiLook;
  /** A document that is kept: as it came or went. */
  raw?: string;
  /** Whether an acknowledgement is still to be made of it. */
  answerable?: boolean;
}

/** What a file says: its documents in sum, then every segment in words, by elements and as it came. */
export function Look({ look, raw, answerable = true }: Props) {
  const { t } = useTranslation('edi');
  const { explanation, acknowledgement } = look;
  const wrong = explanation.segments.filter(({ errors }) => errors.some(({ level }) => level !== 'hint'));
  const [tab, setTab] = useState<Tab>('all');
  const ofFile = explanation.report.errors;
  return (
    <>
      <Documents explanation={explanation} figures={look.figures} />
      <Tabs
        label={t('tabs.label')}
        active={tab}
        onChange={(id) => setTab(id as Tab)}
        tabs={[
          { id: 'all', label: t('tabs.all'), count: explanation.segments.length },
          { id: 'wrong', label: t('tabs.wrong'), count: wrong.length, state: 'needs_you' },
          ...(answerable ? [{ id: 'answer', label: t('tabs.answer') }] : []),
          ...(raw ? [{ id: 'raw', label: t('tabs.raw') }] : []),
        ]}
      />
      {tab === 'answer' ? (
        <Answer text={acknowledgement} words={t('answerWords')} />
      ) : tab === 'raw' ? (
        <Answer text={raw ?? ''} words={t('rawWords')} />
      ) : (
        <>
          {ofFile.length > 0 && <OfFile errors={ofFile} />}
          {tab === 'wrong' && wrong.length === 0 && <p className={styles.none}>{t('none')}</p>}
          <Segments segments={tab === 'wrong' ? wrong : explanation.segments} key={tab} />
          {explanation.more > 0 && <p className={styles.none}>{t('more', { count: explanation.more })}</p>}
        </>
      )}
    </>
  );
}

function OfFile({ errors }: { errors: readonly EdiError[] }) {
  const { t } = useTranslation('edi');
  return (
    <section className={styles.ofFile} aria-label={t('atFile')}>
      {errors.map((error) => (
        <Fault key={`${error.kind} ${error.offset}`} error={error} />
      ))}
    </section>
  );
}

function Answer({ text, words }: { text: string; words: string }) {
  const { t } = useTranslation('edi');
  if (text === '') return <p className={styles.none}>{t('noAnswer')}</p>;
  return (
    <div className={styles.answer}>
      <p>
        {words}{' '}
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? t('copied') : t('copy')}
            </Button>
          )}
        </CopyButton>
      </p>
      <pre className="mono">{text}</pre>
    </div>
  );
}
