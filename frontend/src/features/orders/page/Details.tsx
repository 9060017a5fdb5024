import { useTranslation } from 'react-i18next';
import type { OrderPage } from '@/api';
import { useLocale } from '@/lib/locale';
import { zoneCity } from '@/lib/when';
import { Facts, Section, When } from '@/ui';

/** What else the source says about the order; what it does not say is not listed. */
export function Details({ page }: { page: OrderPage }) {
  const { t } = useTranslation('orders');
  const { zone } = useLocale();
  const { details, order } = page;
  const at = (instant: string | null) => instant && <When at={instant} as="exact" />;
  return (
    <Section title={t('details.title')}>
      <Facts
        items={[
          {
            label: t('column.placed'),
            value: order.placed_at ? (
              <When at={order.placed_at} precision={order.placed_precision} as="exact" />
            ) : (
              t('details.noDate')
            ),
          },
          {
            label: t('details.zone'),
            value: order.zone_source && t('details.zoneOf', { zone: zoneCity(zone) }),
          },
          { label: t('details.paid'), value: at(details.paid_at) },
          { label: t('details.fulfilled'), value: at(details.fulfilled_at) },
          { label: t('details.cancelled'), value: at(details.cancelled_at) },
          {
            label: t('details.shipping'),
            value: details.shipping_method && <bdi>{details.shipping_method}</bdi>,
          },
          {
            label: t('details.payment'),
            value: details.payment_method && <bdi>{details.payment_method}</bdi>,
          },
          {
            label: t('details.discount'),
            value: details.discount_code && <span className="mono">{details.discount_code}</span>,
          },
          { label: t('details.source'), value: details.source },
          { label: t('details.risk'), value: details.risk },
          {
            label: t('details.externalId'),
            value: order.external_id && <bdi className="mono">{order.external_id}</bdi>,
          },
        ]}
      />
    </Section>
  );
}
