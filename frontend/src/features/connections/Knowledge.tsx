import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api';
import { useLocale } from '@/lib/locale';
import { dayOnly } from '@/lib/when';
import { RightWords } from './AccountCard';
import styles from './connections.module.css';

/** What a connector can, what its vendor demands and does not offer, and of when that knowledge is: before anybody makes a key. */
export function Knowledge({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const { name, streams, writes, terms, cannot, known } = connector;
  const rights = [...streams.map(({ stream }) => stream), ...writes.map(({ operation }) => operation)];
  return (
    <>
      <h3 className={styles.small}>{t('form.can')}</h3>
      <ul className={styles.rights}>
        {rights.map((right) => (
          <li key={right}>
            <IconCheck size={14} stroke={2} aria-hidden />
            <RightWords right={right} />
          </li>
        ))}
      </ul>
      <Sentences title={t('form.terms', { name })} all={terms} />
      <Sentences title={t('form.cannot', { name })} all={cannot} />
      {known && <p className={styles.soft}>{t('form.known', { day: dayOnly(known, 'UTC', language) })}</p>}
    </>
  );
}

function Sentences({ title, all }: { title: string; all: string[] }) {
  if (all.length === 0) return null;
  return (
    <>
      <h3 className={styles.small}>{title}</h3>
      <ul className={styles.notes}>
        {all.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </>
  );
}
