import { useTranslation } from 'react-i18next';
import { type CostLayer, type StockWorth, useStockCosts } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { ErrorState, Money, Section, When } from '@/ui';
import styles from './stock.module.css';
import type { EntryKind } from './Why';

/** What the goods that lie there cost, layer by layer: what came in at once, at what price, and what is left of it. */
export function Costs({ id }: { id: string }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const query = useStockCosts(id);
  const costs = query.data;
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!costs || costs.locations.length === 0) return null;
  const known = costs.locations.some((each) => each.value !== null && !isZero(String(each.quantity)));
  return (
    <Section
      title={t('costs.title')}
      aside={
        <span className={styles.soft}>
          {known && <Money amount={costs.total} currency={costs.currency} />} {t(`costs.${costs.method}`)}
        </span>
      }
    >
      {!known && <p className={styles.soft}>{t('costs.none')}</p>}
      {known &&
        costs.locations.map((each) => (
          <Layers
            key={each.location}
            worth={each}
            currency={costs.currency}
            several={costs.locations.length > 1}
          />
        ))}
      {known && !isZero(String(costs.without_cost)) && (
        <p className={styles.soft}>
          {t('costs.unknown', { number: formatQuantity(String(costs.without_cost), language) })}
        </p>
      )}
      {costs.on_road !== null && (
        <p>
          {t('costs.road')} <Money amount={costs.on_road} currency={costs.currency} />
        </p>
      )}
    </Section>
  );
}

interface Props {
  worth: StockWorth;
  currency: string | null;
  several: boolean;
}

function Layers({ worth, currency, several }: Props) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const text = (value: unknown) => formatQuantity(String(value), language);
  return (
    <div className={styles.sum}>
      {several && <h3>{worth.location}</h3>}
      {!isZero(String(worth.short)) && (
        <p className={styles.soft}>{t('costs.short', { number: text(worth.short) })}</p>
      )}
      {worth.layers.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('costs.came')}</th>
              <th scope="col">{t('costs.left')}</th>
              <th scope="col">{t('costs.each')}</th>
              <th scope="col">{t('costs.value')}</th>
            </tr>
          </thead>
          <tbody>
            {worth.layers.map((layer) => (
              <tr key={layer.entry}>
                <td>
                  <From layer={layer} /> <When at={layer.at} short />
                </td>
                <td>
                  {text(layer.left)}{' '}
                  {layer.left !== layer.came && (
                    <span className={styles.soft}>{t('costs.of', { number: text(layer.came) })}</span>
                  )}
                </td>
                <td>
                  <Money amount={layer.unit} currency={null} missing="words" />
                </td>
                <td>
                  <Money amount={layer.value} currency={null} missing="words" />
                </td>
              </tr>
            ))}
            <tr className={styles.total}>
              <td />
              <td>{text(worth.quantity)}</td>
              <td />
              <td>
                <Money amount={worth.value} currency={currency} missing="words" />
              </td>
            </tr>
          </tbody>
        </table>
      )}
    </div>
  );
}

function From({ layer }: { layer: CostLayer }) {
  const { t } = useTranslation('stock');
  if (!layer.purchase) return <>{t(`kind.${layer.kind as EntryKind}`)}</>;
  return (
    <>
      <a href={href(`/purchases/${layer.purchase}`)}>{layer.number}</a>{' '}
      <bdi className={styles.soft}>{layer.supplier}</bdi>
    </>
  );
}
