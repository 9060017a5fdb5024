import { useTranslation } from 'react-i18next';
import { useLinkPreview } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { Awaited, Facts } from '@/ui';
import styles from './listings.module.css';

/** Which orders and what stock a link would touch, and what the channel would be told. */
export function Touches({ listing, variant, pack }: { listing: string; variant: string; pack: string }) {
  const { t } = useTranslation('listings');
  const { language } = useLocale();
  const query = useLinkPreview(listing, variant, pack);
  const touches = query.data;
  if (!touches) return <Awaited query={query} lines={3} />;
  const quantity = (value: number | null) =>
    value === null ? null : formatQuantity(String(value), language);
  return (
    <>
      <Facts
        items={[
          { label: t('touch.orders'), value: String(touches.orders) },
          { label: t('touch.open'), value: touches.open > 0 && String(touches.open) },
          { label: t('touch.takes'), value: touches.open > 0 && quantity(touches.takes) },
          { label: t('touch.has'), value: quantity(touches.has) },
          { label: t('touch.left'), value: quantity(touches.left) },
          { label: t('touch.told'), value: touches.told },
          { label: t('touch.shows'), value: touches.told !== null && touches.shows },
        ]}
      />
      {!touches.tracked && <p className={styles.soft}>{t('touch.notTracked')}</p>}
    </>
  );
}
