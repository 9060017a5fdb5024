import { useTranslation } from 'react-i18next';
import type { Order, OrderRow } from '@/api';
import { useNow } from '@/lib/now';
import { StateBadge } from '@/ui';
import { paymentState, standing, statusWords } from '../words';

type Shown = Pick<Order | OrderRow, 'stage' | 'held' | 'ship_by' | 'financial_status' | 'fulfillment_status'>;

/** How the order stands, is paid and is fulfilled, each in a word. */
export function States({ order }: { order: Shown }) {
  const { t } = useTranslation('orders');
  const { state, word } = standing(order, useNow());
  const said = t(`standing.${word}`);
  const fulfilment = statusWords(t, order.fulfillment_status);
  return (
    <>
      <StateBadge state={state} soft>
        {said}
      </StateBadge>
      {order.financial_status && (
        <StateBadge
          state={paymentState(order.financial_status) ?? 'fine'}
          soft
          title={t('field.financial_status')}
        >
          {statusWords(t, order.financial_status)}
        </StateBadge>
      )}
      {fulfilment && word !== 'shipped' && word !== 'cancelled' && (
        <StateBadge state="quiet" soft title={t('field.fulfillment_status')}>
          {fulfilment}
        </StateBadge>
      )}
    </>
  );
}
