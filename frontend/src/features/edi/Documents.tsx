import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EdiLook } from '@/api';
import { Facts, StateBadge, Tabs } from '@/ui';
import styles from './edi.module.css';
import { Figures } from './Figures';

/** The documents of a file: who sent them, and what each of them says in sum and in figures. */
export function Documents({ explanation, figures }: Pick<EdiLook, 'explanation' | 'figures'>) {
  const { t } = useTranslation('edi');
  const [chosen, setChosen] = useState(0);
  const { documents, report } = explanation;
  const document = documents[chosen];
  const table = figures.find((each) => each.document === chosen);
  return (
    <section className={styles.documents} aria-label={t('documents')}>
      <p className="meta">
        {report.interchanges.slice(0, 3).map((one) => (
          <span key={`${one.control} ${one.sender}`} className={styles.interchange}>
            <bdi>{t('from', { sender: one.sender, receiver: one.receiver, control: one.control })}</bdi>
            {one.test && <StateBadge state="quiet">{t('test')}</StateBadge>}
          </span>
        ))}
      </p>
      {documents.length > 1 && (
        <Tabs
          label={t('documents')}
          active={String(chosen)}
          onChange={(id) => setChosen(Number(id))}
          tabs={documents
            .slice(0, 12)
            .map((each, index) => ({ id: String(index), label: `${each.type} ${each.control}` }))}
        />
      )}
      {document && (
        <>
          <h2>
            <bdi>{document.title}</bdi>
          </h2>
          <div className={styles.facts}>
            <Facts items={document.facts.map(({ label, value }) => ({ label, value: <bdi>{value}</bdi> }))} />
          </div>
          {table && <Figures figures={table} />}
        </>
      )}
    </section>
  );
}
