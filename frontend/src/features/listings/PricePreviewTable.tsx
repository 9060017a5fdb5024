import { useTranslation } from 'react-i18next';
import type { PriceChange, PricePreview } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Money, NoticeLine, PlainTable, Section, wordsOf } from '@/ui';

/** What a rule would do to a channel: counts of all, and the first of those that differ with the reason. */
export function PricePreviewTable({ preview, error }: { preview: PricePreview | undefined; error: unknown }) {
  const { t } = useTranslation('listings');
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
  const notes = (['floored', 'own', 'unpriced'] as const).filter((note) => preview[note] > 0);
  return (
    <Section title={t('price.preview')}>
      <p>
        {preview.changed === 0
          ? t('price.same')
          : t('price.counts', {
              count: preview.listings,
              number: number(preview.listings),
              changed: number(preview.changed),
              raised: number(preview.raised),
              lowered: number(preview.lowered),
            })}
        {notes.map(
          (note) => `, ${t(`price.${note}`, { count: preview[note], number: number(preview[note]) })}`,
        )}
      </p>
      {preview.changes.length > 0 && (
        <PlainTable
          heads={[
            t('price.column.listing'),
            t('price.column.product'),
            { label: t('price.column.shown'), number: true },
            { label: t('price.column.before'), number: true },
            { label: t('price.column.after'), number: true },
            t('price.column.why'),
          ]}
        >
          <tbody>
            {preview.changes.map((change) => (
              <ChangeRow key={change.listing} change={change} />
            ))}
          </tbody>
        </PlainTable>
      )}
    </Section>
  );
}

function ChangeRow({ change }: { change: PriceChange }) {
  const { before, after, variant } = change;
  return (
    <tr>
      <td>
        <bdi className="mono">{change.name}</bdi>
      </td>
      <td>
        <a href={`#/products/${variant.id}`}>
          <bdi className="mono">{variant.sku}</bdi>
        </a>
      </td>
      <td data-number>
        <Money amount={change.shown} currency={after.currency} bare />
      </td>
      <td data-number>
        <Money amount={before.price} currency={after.currency} bare />
      </td>
      <td data-number>
        <Money amount={after.price} currency={after.currency} />
      </td>
      <td className="soft">{after.why}</td>
    </tr>
  );
}
