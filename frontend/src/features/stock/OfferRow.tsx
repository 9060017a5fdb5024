import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StockOne } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href } from '@/lib/nav';
import styles from './stock.module.css';

/** One listing: what it may show, what its channel was told and has, and the steps to the number when it is opened. */
export function OfferRow({
  sold,
  open,
  onToggle,
  number,
}: {
  sold: StockOne['channels'][number];
  open: boolean;
  onToggle: () => void;
  number: (n: number | null) => string;
}) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const ours = sold.ours === null ? '' : formatCount(sold.ours, language);
  return (
    <>
      <tr>
        <td>
          <bdi>{sold.channel}</bdi> <bdi className={`mono ${styles.soft}`}>{sold.listing}</bdi>
        </td>
        <td>
          {sold.steps.length > 0 ? (
            <Button
              size="compact-xs"
              variant="subtle"
              className={styles.number}
              aria-expanded={open}
              aria-label={t('offerWhy', { channel: sold.channel, number: ours })}
              onClick={onToggle}
            >
              {ours}
            </Button>
          ) : (
            ours
          )}
        </td>
        <td>{number(sold.last_pushed)}</td>
        <td>{number(sold.live)}</td>
      </tr>
      {open && (
        <tr>
          <td colSpan={4} className={styles.steps}>
            <h3>{t('offerWhy', { channel: sold.channel, number: ours })}</h3>
            <Steps steps={sold.steps} />
            {sold.may !== null && sold.ours !== null && sold.may > sold.ours && (
              <p>{t('offerMay', { number: formatCount(sold.may, language) })}</p>
            )}
            {!sold.told && <p>{t('offerUntold')}</p>}
            <a href={href('/stock/rules', { of: 'listing', id: sold.listing_id })}>{t('ownRule')}</a>
          </td>
        </tr>
      )}
    </>
  );
}

function Steps({ steps }: { steps: StockOne['channels'][number]['steps'] }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  return (
    <table className={styles.why}>
      <tbody>
        {steps.map((step) => (
          <tr key={step.kind}>
            <td>{step.kind === 'master' ? '' : formatQuantity(String(step.left), language)}</td>
            <td>
              {step.words}{' '}
              {step.rule !== null && <span className={styles.soft}>{t(`offerRule.${step.rule}`)}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
