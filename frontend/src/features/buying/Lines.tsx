import { useTranslation } from 'react-i18next';
import type { Purchase } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { Money, Section } from '@/ui';
import styles from './buying.module.css';
import { packWords } from './words';

/** What was ordered, and how much of it came. */
export function Lines({ purchase }: { purchase: Purchase }) {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const text = (value: unknown) => formatQuantity(String(value), language);
  return (
    <Section title={t('lines')}>
      <div className={styles.wide}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('column.item')}</th>
              <th scope="col">{t('column.code')}</th>
              <th scope="col" data-number>
                {t('column.packs')}
              </th>
              <th scope="col" data-number>
                {t('column.ordered')}
              </th>
              <th scope="col" data-number>
                {t('column.received')}
              </th>
              <th scope="col" data-number>
                {t('column.open')}
              </th>
              <th scope="col" data-number>
                {t('column.price')}
              </th>
              <th scope="col" data-number>
                {t('column.total')}
              </th>
            </tr>
          </thead>
          <tbody>
            {purchase.lines.map((line) => (
              <tr key={line.id}>
                <td>
                  <a href={href(`/stock/${line.variant}`)}>
                    <bdi className="mono">{line.sku || line.title}</bdi>
                  </a>{' '}
                  {line.sku && <bdi className={styles.soft}>{line.title}</bdi>}
                </td>
                <td>
                  <bdi className="mono">{line.code}</bdi>
                </td>
                <td data-number>{packWords(line)}</td>
                <td data-number>{text(line.quantity)}</td>
                <td data-number>{isZero(String(line.received)) ? '' : text(line.received)}</td>
                <td data-number>{isZero(String(line.open)) ? '' : text(line.open)}</td>
                <td data-number>
                  <Money amount={line.price === null ? null : String(line.price)} currency={null} />
                </td>
                <td data-number>
                  <Money amount={line.total} currency={null} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td colSpan={7}>{t('column.total')}</td>
              <td data-number>
                <Money amount={purchase.total} currency={purchase.currency} missing="words" />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
    </Section>
  );
}
