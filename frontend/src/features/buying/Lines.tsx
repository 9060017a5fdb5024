import { useTranslation } from 'react-i18next';
import type { Purchase } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { Money, PlainTable, ProductName, Section } from '@/ui';
import { packWords } from './words';

/** What was ordered, and how much of it came. */
export function Lines({ purchase }: { purchase: Purchase }) {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const text = (value: unknown) => formatQuantity(String(value), language);
  return (
    <Section title={t('lines')}>
      <PlainTable
        heads={[
          t('column.item'),
          t('column.code'),
          { label: t('column.packs'), number: true },
          { label: t('column.ordered'), number: true },
          { label: t('column.received'), number: true },
          { label: t('column.open'), number: true },
          { label: t('column.price'), number: true },
          { label: t('column.total'), number: true },
        ]}
      >
        <tbody>
          {purchase.lines.map((line) => (
            <tr key={line.id}>
              <td>
                <ProductName {...line} href={href(`/stock/${line.variant}`)} />
              </td>
              <td>
                <bdi className="mono">{line.code}</bdi>
              </td>
              <td data-number>{packWords(line)}</td>
              <td data-number>{text(line.quantity)}</td>
              <td data-number>{isZero(String(line.received)) ? '' : text(line.received)}</td>
              <td data-number>{isZero(String(line.open)) ? '' : text(line.open)}</td>
              <td data-number>
                <Money
                  amount={line.price === null ? null : String(line.price)}
                  currency={purchase.currency}
                  bare
                />
              </td>
              <td data-number>
                <Money amount={line.total} currency={purchase.currency} bare />
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
      </PlainTable>
    </Section>
  );
}
