import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { OrderPage, OrderParcel, OrderWrite } from '@/api';
import { Section, When } from '@/ui';
import styles from './Parcels.module.css';

interface Props {
  page: OrderPage;
  onCorrect: (write: OrderWrite, parcel: OrderParcel) => void;
}

/** What the channel says is on its way, with a way to correct a number that it has wrong. */
export function Parcels({ page, onCorrect }: Props) {
  const { t } = useTranslation('orders');
  const parcels = page.parcels.filter(({ tracking, carrier }) => tracking !== '' || carrier !== '');
  if (parcels.length === 0) return null;
  return (
    <Section title={t('parcels.title', { count: parcels.length })}>
      <ul className={styles.parcels}>
        {parcels.map((parcel, place) => {
          const ship = page.writes.find(
            ({ operation, connection, refused }) =>
              operation === 'order.ship' && connection === parcel.connection && refused === '',
          );
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two parcels may have one number
            <li key={place}>
              <span>
                <bdi className="mono">{parcel.tracking || t('parcels.none')}</bdi>
                <span className={styles.soft}>
                  {parcel.carrier}
                  {parcel.shipped_at && (
                    <>
                      {parcel.carrier && ' · '}
                      <When at={parcel.shipped_at} />
                    </>
                  )}
                </span>
              </span>
              {parcel.corrects && ship && (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t('parcels.correctOne', { tracking: parcel.tracking })}
                  onClick={() => onCorrect(ship, parcel)}
                >
                  {t('parcels.correct')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
