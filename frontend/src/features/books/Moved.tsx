import { useTranslation } from 'react-i18next';
import { type BooksPosting, type PostingMovement, usePostingMovements } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href } from '@/lib/nav';
import { ErrorState, Section, When } from '@/ui';
import styles from './books.module.css';

/** The movements of stock that a posting holds: each leads to the goods, and to what moved them. */
export function Moved({ posting }: { posting: BooksPosting }) {
  const { t } = useTranslation('books');
  const { language } = useLocale();
  const query = usePostingMovements(posting.id, posting.movements > 0);
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return null;
  const signed = (text: string) => `${text.startsWith('-') ? '' : '+'}${formatQuantity(text, language)}`;
  return (
    <Section title={t('moved.title')}>
      <table className={styles.table}>
        <tbody>
          {query.data.map(({ variant, sku, entry }) => (
            <tr key={entry.id}>
              <td className={styles.end}>{signed(String(entry.on_hand))}</td>
              <td>
                <a href={href(`/stock/${variant}`)}>
                  <bdi>{sku}</bdi>
                </a>{' '}
                <bdi className={styles.soft}>{entry.location}</bdi>
              </td>
              <td>
                <Cause entry={entry} />
              </td>
              <td className={styles.end}>
                <When at={entry.occurred_at} short />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** What moved the goods: a step of a person, a transfer, kits, or an order that became known late. */
function Cause({ entry }: { entry: PostingMovement['entry'] }) {
  const { t } = useTranslation('books');
  const { run, transfer, kit, order, reason } = entry;
  const [to, words] = run
    ? [`/activity/${run}`, entry.run_title ?? t('moved.run', { number: run })]
    : transfer
      ? [`/stock/transfers/${transfer}`, t('moved.transfer', { number: transfer })]
      : kit
        ? [`/kits/${kit}`, t('moved.kit', { name: entry.kit_name })]
        : order && entry.number
          ? [`/orders/${order}`, t('moved.order', { number: entry.number })]
          : ['', ''];
  return (
    <>
      {to && (
        <a href={href(to)}>
          <bdi>{words}</bdi>
        </a>
      )}
      {reason && (
        <>
          {to && ': '}
          <bdi>{reason}</bdi>
        </>
      )}
    </>
  );
}
