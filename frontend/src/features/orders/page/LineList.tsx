import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Order, OrderLine } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Money, StateBadge } from '@/ui';
import styles from './LineList.module.css';

interface Props {
  order: Order;
  /** Given, unlinked lines offer to be linked. */
  onLink?: (line: OrderLine) => void;
}

/** What was ordered: quantity, title, SKU and whether it is linked to a product, price, line total. */
export function LineList({ order, onLink }: Props) {
  const { t } = useTranslation('orders');
  const { language } = useLocale();
  return (
    <ul className={styles.lines}>
      {order.lines.map((line) => (
        <li key={line.id} className={styles.line}>
          <span className={styles.quantity}>
            {formatCount(line.quantity, language)}
            {line.uom && line.uom !== 'each' ? ` ${line.uom}` : ' ×'}
          </span>
          <div>
            <bdi className={styles.title}>{line.title || t('line.noTitle')}</bdi>
            <div className={styles.sub}>
              {line.sku && <bdi className="mono">{line.sku}</bdi>}
              {!line.sku && !line.charge && <span>{t('line.noSku')}</span>}
              <LinkState line={line} onLink={onLink} />
            </div>
          </div>
          <div className={styles.amount}>
            <Money
              amount={lineTotal(line)}
              computed={line.computed_total}
              currency={order.currency}
              missing="words"
            />
            {line.unit_price !== null && line.quantity !== 1 && (
              <div className={styles.each}>
                <Money amount={line.unit_price} currency={t('line.each')} />
              </div>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function LinkState({ line, onLink }: { line: OrderLine; onLink?: (line: OrderLine) => void }) {
  const { t } = useTranslation('orders');
  if (line.charge) {
    return <span>{t('line.charge')}</span>;
  }
  if (line.linked_sku !== null) {
    return line.linked_sku === line.sku ? (
      <StateBadge state="fine">{t('line.linked')}</StateBadge>
    ) : (
      <StateBadge state="fine">{t('line.linkedTo', { sku: line.linked_sku })}</StateBadge>
    );
  }
  return (
    <>
      <StateBadge state="needs_you">{t('unlinked')}</StateBadge>
      {onLink && line.listing !== null && (
        <Button size="compact-xs" variant="subtle" onClick={() => onLink(line)}>
          {t('line.link')}
        </Button>
      )}
    </>
  );
}

/** For a single piece the stated unit price is the line's total; more than one would be a sum of ours. */
const lineTotal = (line: OrderLine): string | null =>
  line.total ?? (line.quantity === 1 ? line.unit_price : null);
