import { Button, CopyButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EdiError, EdiLook } from '@/api';
import { Tabs } from '@/ui';
import { Documents } from './Documents';
import styles from './edi.module.css';
import { Fault } from './Fault';
import { Segments } from './Segments';

type Tab = 'all' | 'wrong' | 'answer';

/** What a file says: its documents in sum, then every segment in words, by elements and as it came. */
export function Look({ look }: { look: EdiLook }) {
  const { t } = useTranslation('edi');
  const { explanation, acknowledgement } = look;
  const wrong = explanation.segments.filter(({ errors }) => errors.some(({ level }) => level !== 'hint'));
  const [tab, setTab] = useState<Tab>('all');
  const ofFile = explanation.report.errors;
  return (
    <>
      <Documents explanation={explanation} />
      <Tabs
        label={t('tabs.label')}
        active={tab}
        onChange={(id) => setTab(id as Tab)}
        tabs={[
          { id: 'all', label: t('tabs.all'), count: explanation.segments.length },
          { id: 'wrong', label: t('tabs.wrong'), count: wrong.length, state: 'needs_you' },
          { id: 'answer', label: t('tabs.answer') },
        ]}
      />
      {tab === 'answer' ? (
        <Answer text={acknowledgement} />
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

function Answer({ text }: { text: string }) {
  const { t } = useTranslation('edi');
  if (text === '') return <p className={styles.none}>{t('noAnswer')}</p>;
  return (
    <div className={styles.answer}>
      <p>
        {t('answerWords')}{' '}
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
