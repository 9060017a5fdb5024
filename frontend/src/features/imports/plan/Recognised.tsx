import { Tooltip } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportBatch, originalFileHref } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatSize } from '@/lib/size';
import { When } from '@/ui';
import { useKeptFile } from '../intake/keptFiles';
import styles from './Plan.module.css';

/** What the plan rests on: the format and how sure that is, the size of the file, when it was read. */
export function Recognised({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const reasons = useId();
  const seen = useKeptFile(batch.file.id)?.recognition;
  const known = seen?.format === batch.format && seen.sheet === batch.sheet ? seen : undefined;
  const percent = known ? new Intl.NumberFormat(language, { style: 'percent' }).format(known.confidence) : '';
  return (
    <>
      {known ? (
        <Tooltip
          multiline
          maw={360}
          label={
            <ul className={styles.reasons}>
              {known.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          }
          events={{ hover: true, focus: true, touch: true }}
        >
          <button type="button" className={styles.sure} aria-describedby={reasons}>
            {known.profile && known.reasons[0]
              ? known.reasons[0].replace(/\.$/, '')
              : t('recognised', { format: batch.format_name, percent })}
            <span id={reasons} hidden>
              {known.reasons.join('. ')}
            </span>
          </button>
        </Tooltip>
      ) : (
        (batch.profile && t('map.by', { name: batch.format_name })) || batch.format_name
      )}
      {' · '}
      {t('rows', { count: batch.rows, number: formatCount(batch.rows, language) })}
      {' · '}
      <a className={styles.original} href={originalFileHref(batch.id)} download title={t('original')}>
        {formatSize(batch.file.size, language)}
      </a>
      {batch.planned_at && (
        <>
          {' · '}
          {t('readAt')} <When at={batch.planned_at} as="clock" />
        </>
      )}
    </>
  );
}
