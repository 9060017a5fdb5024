import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Books, useBookFile } from '@/api';
import { StateBadge } from '@/ui';
import styles from './books.module.css';

/** What is left before anything can be posted: the ledger system calls, and a person says how orders are posted. */
export function Setup({ books }: { books: Books }) {
  const { t } = useTranslation('books');
  const heard = !books.calls || books.heard_at !== null;
  const file = useBookFile(books.connection, books.calls);
  if (heard && books.confirmed) return null;
  return (
    <section className={styles.steps} aria-label={t('setup.title')}>
      {!heard && (
        <div className={styles.step}>
          <StateBadge state="waiting">{''}</StateBadge>
          <h3>{t('setup.heard')}</h3>
          <div className={styles.stepBody}>
            <p>{t('setup.heardWords')}</p>
            {file.data && (
              <Button
                component="a"
                href={`data:application/xml;charset=utf-8,${encodeURIComponent(file.data.content)}`}
                download={file.data.name}
              >
                {t('setup.save')}
              </Button>
            )}
            {books.address && <p className={styles.soft}>{t('setup.address', { address: books.address })}</p>}
          </div>
        </div>
      )}
      {!books.confirmed && (
        <div className={styles.step}>
          <StateBadge state={heard ? 'needs_you' : 'quiet'}>{''}</StateBadge>
          <h3>{t('setup.map')}</h3>
          <div className={styles.stepBody}>
            <p>{t('setup.mapWords')}</p>
            <Button
              component="a"
              href={`#/books/mapping?c=${books.connection}`}
              variant={heard ? 'filled' : 'default'}
            >
              {t('setup.mapOpen')}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}
