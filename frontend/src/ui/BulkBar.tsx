import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount, useLocale } from '@/lib/locale';
import styles from './BulkBar.module.css';

interface Props {
  selected: number;
  matching: number | null;
  /** Everything the filter finds is selected, loaded or not. */
  all: boolean;
  onAll: () => void;
  onNone: () => void;
  children: ReactNode;
}

/** Says exactly how many are selected, offers all that match, and holds the actions. */
export function BulkBar({ selected, matching, all, onAll, onNone, children }: Props) {
  const { t } = useTranslation('ui');
  const { language } = useLocale();
  const number = (count: number) => formatCount(count, language);
  const known = matching !== null;
  const words = all
    ? t(known ? 'bulk.allSelected' : 'bulk.everySelected', { number: number(selected) })
    : known
      ? t('bulk.selectedOf', { number: number(selected), matching: number(matching) })
      : t('bulk.selected', { count: selected, number: number(selected) });
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('bulk.label')}>
      <span className={styles.words} role="status">
        {words}
      </span>
      {!all && (matching === null || matching > selected) && (
        <Button variant="subtle" onClick={onAll}>
          {known ? t('bulk.selectAll', { number: number(matching) }) : t('bulk.selectEvery')}
        </Button>
      )}
      <Button variant="subtle" color="gray" onClick={onNone}>
        {t('bulk.clear')}
      </Button>
      <div className={styles.actions}>{children}</div>
    </div>
  );
}
