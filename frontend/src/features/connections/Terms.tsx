import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api';
import styles from './connections.module.css';

/** What the vendor demands of whoever connects, and what its interface offers to nobody; with the day of that knowledge. */
export function Terms({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connections');
  const parts = [
    { title: t('form.terms', { name: connector.name }), words: connector.terms },
    { title: t('form.cannot', { name: connector.name }), words: connector.cannot },
  ].filter(({ words }) => words.length > 0);
  return (
    <>
      {parts.map(({ title, words }) => (
        <div key={title}>
          <h3 className={styles.terms}>{title}</h3>
          <ul className={styles.guide}>
            {words.map((word) => (
              <li key={word}>{word}</li>
            ))}
          </ul>
        </div>
      ))}
      {connector.known && (
        <p className={styles.soft}>{t('form.known', { name: connector.name, day: connector.known })}</p>
      )}
    </>
  );
}
