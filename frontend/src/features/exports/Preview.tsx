import { useTranslation } from 'react-i18next';
import type { ExportPreview } from '@/api';
import { cx } from '@/lib/cx';
import { formatCount, useLocale } from '@/lib/locale';
import { EmptyState, ErrorState, NoticeLine } from '@/ui';
import styles from './exports.module.css';
import { IssueList } from './IssueList';

interface Props {
  preview: ExportPreview | undefined;
  error: Error | null;
  kind: string;
  target: string | undefined;
  /** An answer for an earlier draft is still shown. */
  stale: boolean;
  onNotSent: () => void;
}

/** "1,250.00", "-3.5": what a column of figures holds. A number without a fraction may as well be a name. */
const isAmount = (cell: string): boolean => /^-?[\d.,]*\d[.,]\d+$/.test(cell);

/** The first rows as they will be written. */
export function Preview({ preview, error, kind, target, stale, onNotSent }: Props) {
  const { t } = useTranslation('exports');
  const { language } = useLocale();
  if (error) return <ErrorState error={error} />;
  if (!preview) return <div className={styles.preview} aria-busy />;
  const matching = formatCount(preview.matching, language);
  return (
    <div className={cx(styles.preview, stale && styles.stale)} aria-busy={stale}>
      <div className={styles.previewHead} role="status">
        {t(preview.narrowed ? 'matchingMost' : 'matching', {
          number: matching,
          what: t(`kind.${kind as 'orders'}`),
        })}
        {preview.rows.length > 0 && (
          <span className={styles.soft}>{t('firstRows', { count: preview.rows.length })}</span>
        )}
      </div>
      {preview.sent_before > 0 && (
        <NoticeLine
          state="late"
          action={
            <button type="button" className={styles.link} onClick={onNotSent}>
              {t('onlyNew')}
            </button>
          }
        >
          {t('sentBefore', {
            count: preview.sent_before,
            number: formatCount(preview.sent_before, language),
            target,
          })}
        </NoticeLine>
      )}
      {preview.rows.length === 0 ? (
        <EmptyState title={t('nothing.title')}>{t('nothing.words')}</EmptyState>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
        <div className={styles.sheet} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {preview.columns.map((name, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns may be called alike
                  <th key={`${at} ${name}`} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.rows.map((row, line) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
                <tr key={line}>
                  {row.map((cell, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: nor have cells
                    <td key={at} title={cell} data-amount={isAmount(cell) || undefined}>
                      <bdi>{cell}</bdi>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <IssueList issues={preview.problems} />
    </div>
  );
}
