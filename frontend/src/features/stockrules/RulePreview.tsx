import { useTranslation } from 'react-i18next';
import type { OfferStep, RuledListing, StockRulePreview } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href } from '@/lib/nav';
import { NoticeLine, Section, wordsOf } from '@/ui';
import styles from './stockrules.module.css';

/** What a rule would do now: counts of all, and the first of those that differ with how the number comes about. */
export function RulePreview({ preview, error }: { preview: StockRulePreview | undefined; error: unknown }) {
  const { t } = useTranslation('stockrules');
  const { language } = useLocale();
  if (error) {
    const { message, remedy } = wordsOf(error, '');
    return (
      <NoticeLine state="needs_you">
        {message} {remedy}
      </NoticeLine>
    );
  }
  if (!preview) return null;
  const number = (n: number) => formatCount(n, language);
  const notes = (['ended', 'untracked'] as const).filter((note) => preview[note] > 0);
  return (
    <Section title={t('preview')}>
      <p>
        {preview.listings === 0 && t('nothing')}
        {preview.listings > 0 &&
          preview.changed === 0 &&
          t('sameOf', { count: preview.listings, number: number(preview.listings) })}
        {preview.changed > 0 &&
          t('counts', {
            count: preview.listings,
            number: number(preview.listings),
            changed: number(preview.changed),
            raised: number(preview.raised),
            lowered: number(preview.lowered),
          })}
        {preview.listings > 0 &&
          notes.map((note) => `, ${t(note, { count: preview[note], number: number(preview[note]) })}`)}
      </p>
      {preview.changes.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('column.listing')}</th>
              <th scope="col" className={styles.end}>
                {t('column.live')}
              </th>
              <th scope="col" className={styles.end}>
                {t('column.now')}
              </th>
              <th scope="col" className={styles.end}>
                {t('column.then')}
              </th>
              <th scope="col">{t('column.why')}</th>
            </tr>
          </thead>
          <tbody>
            {preview.changes.map((change) => (
              <Row key={change.listing} change={change} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Row({ change }: { change: RuledListing }) {
  const { t } = useTranslation('stockrules');
  const { language } = useLocale();
  return (
    <tr>
      <td>
        <a href={href(`/stock/${change.variant}`)}>
          <bdi className="mono">{change.name}</bdi>
        </a>
      </td>
      <td className={styles.end}>{change.live === null ? '' : formatCount(change.live, language)}</td>
      <td className={styles.end}>{formatCount(change.before, language)}</td>
      <td className={styles.end}>
        {change.told ? (
          formatCount(change.after, language)
        ) : (
          <span className={styles.soft}>{t('untold')}</span>
        )}
      </td>
      <td className={styles.soft}>{stepWords(change.steps, language)}</td>
    </tr>
  );
}

/** "12 on hand, 2 kept for orders: 10 → less 2 kept back: 8". */
export const stepWords = (steps: readonly OfferStep[], language: string): string =>
  steps
    .map((step) =>
      step.kind === 'master' ? step.words : `${step.words}: ${formatQuantity(String(step.left), language)}`,
    )
    .join(' → ');
