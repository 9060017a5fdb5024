import { useTranslation } from 'react-i18next';
import type { EdiDocument } from '@/api';
import { cx } from '@/lib/cx';
import { StateBadge, When } from '@/ui';
import styles from '../edi.module.css';
import { Way } from '../list/DocumentList';
import { Waits } from '../list/Waits';
import { standing } from '../words';

/** The documents of one order in the order they went, each with how it stands and what it waits for. */
export function Chain({ chain, chosen }: { chain: readonly EdiDocument[]; chosen: string }) {
  const { t } = useTranslation('edi');
  return (
    <nav className={styles.chain} aria-label={t('chain.label')}>
      <h2>{t('chain.title')}</h2>
      <ol>
        {chain.map((document) => {
          const { state, word } = standing(document);
          return (
            <li key={document.id} className={cx(document.id === chosen && styles.chosen)}>
              <a href={`#/edi/${document.id}`} aria-current={document.id === chosen ? 'page' : undefined}>
                <Way document={document} />
                <span className={styles.link}>
                  <span>
                    <strong>{document.type || t('nothing')}</strong> <bdi>{document.number}</bdi>
                  </span>
                  <span className={styles.meta}>
                    <StateBadge state={state}>{t(`standing.${word}` as 'standing.taken')}</StateBadge>
                    <When at={document.at} short />
                  </span>
                </span>
              </a>
              <Waits waiting={document.waiting} />
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
