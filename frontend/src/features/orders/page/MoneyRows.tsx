import { useTranslation } from 'react-i18next';
import { type OrderPage, useOrderCosts } from '@/api';
import { isZero } from '@/lib/money';
import { Money } from '@/ui';
import { fieldWords } from '../words';
import styles from './MoneyRows.module.css';

/** The order's money, adding up line by line. Sums of ours are marked, what nobody states is said. */
export function MoneyRows({ page }: { page: OrderPage }) {
  const { t } = useTranslation('orders');
  const { money, order } = page;
  const { currency } = order;
  const computed = order.computed;
  const anyComputed = money.rows.some((row) => !row.stated && row.amount !== null) || money.total === null;
  const shown = (amount: string | null) => amount !== null && !isZero(amount);
  return (
    <>
      <dl className={styles.rows}>
        {money.rows.map((row) => (
          <div key={row.label} style={{ display: 'contents' }}>
            <dt>{fieldWords(t, row.label)}</dt>
            <dd>
              <Money
                amount={row.stated ? row.amount : null}
                computed={row.amount}
                currency={currency}
                missing="words"
              />
            </dd>
          </div>
        ))}
        {shown(money.rounding) && (
          <>
            <dt>{t('money.rounding')}</dt>
            <dd>
              <Money amount={money.rounding} currency={currency} />
            </dd>
          </>
        )}
        <div className={styles.sum}>
          <dt>{t('field.total')}</dt>
          <dd>
            <Money amount={money.total} computed={computed.total} currency={currency} missing="words" />
          </dd>
        </div>
        {page.presented && (
          <>
            <dt>{t('money.presented')}</dt>
            <dd>
              <Money amount={page.presented.total} currency={page.presented.currency} />
            </dd>
          </>
        )}
        {page.presented?.refunded && (
          <>
            <dt>{t('money.presentedBack')}</dt>
            <dd>
              <Money amount={page.presented.refunded} currency={page.presented.currency} />
            </dd>
          </>
        )}
        {shown(money.refunded) && (
          <>
            <dt>{t('money.refunded')}</dt>
            <dd>
              <Money amount={money.refunded} currency={currency} />
            </dd>
          </>
        )}
        {shown(money.outstanding) && (
          <>
            <dt>{t('money.outstanding')}</dt>
            <dd>
              <Money amount={money.outstanding} currency={currency} />
            </dd>
          </>
        )}
        <GoodsCost id={order.id} />
      </dl>
      {anyComputed && <p className={styles.note}>{t('money.computedNote')}</p>}
    </>
  );
}

/** What the goods cost that left with the order, once something left whose cost is known. */
function GoodsCost({ id }: { id: string }) {
  const { t } = useTranslation('orders');
  const costs = useOrderCosts(id).data;
  if (!costs || costs.total === null) return null;
  return (
    <>
      <dt>{t(costs.whole ? 'money.goods' : 'money.goodsPartly')}</dt>
      <dd>
        <Money amount={costs.total} currency={costs.currency} />
      </dd>
    </>
  );
}
