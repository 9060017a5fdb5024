import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Purchase,
  type PurchaseCharge,
  type PurchaseReceipt,
  useChargeReceipt,
  useUndoReceipt,
} from '@/api';
import { cx } from '@/lib/cx';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href } from '@/lib/nav';
import { Confirm, Money, NoticeLine, Section, StateBadge, showDone, When, wordsOf } from '@/ui';
import styles from './buying.module.css';
import { Charges } from './Charges';

/** What came in, the newest first, with what it cost. Freight may be said later; a receipt may be taken back. */
export function Receipts({ purchase }: { purchase: Purchase }) {
  const { t } = useTranslation('buying');
  const [charging, setCharging] = useState<PurchaseReceipt | null>(null);
  return (
    <Section title={t('receipts')}>
      {purchase.receipts.toReversed().map((receipt) => (
        <Receipt
          key={receipt.id}
          purchase={purchase}
          receipt={receipt}
          onCharge={() => setCharging(receipt)}
        />
      ))}
      {charging && <ChargeDialog purchase={purchase} receipt={charging} onClose={() => setCharging(null)} />}
    </Section>
  );
}

interface Props {
  purchase: Purchase;
  receipt: PurchaseReceipt;
  onCharge: () => void;
}

function Receipt({ purchase, receipt, onCharge }: Props) {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const undo = useUndoReceipt();
  const currency = purchase.stock_currency;
  return (
    <div className={styles.receipt}>
      <h3>
        <a href={href(`/activity/${receipt.run}`)}>
          <When at={receipt.received_at} as="clock" />
        </a>
        {receipt.note && <bdi className={styles.soft}>{receipt.note}</bdi>}
        {receipt.undone ? (
          <StateBadge state="quiet">{t('undone')}</StateBadge>
        ) : (
          <>
            <Button size="compact-xs" variant="subtle" onClick={onCharge}>
              {t('charge.title')}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              loading={undo.isPending}
              onClick={() =>
                undo.mutate(
                  { id: purchase.id, receipt: receipt.id },
                  { onSuccess: () => showDone(t('takenBack')) },
                )
              }
            >
              {t('takeBack')}
            </Button>
          </>
        )}
      </h3>
      <table className={cx(styles.table, receipt.undone && styles.undone)}>
        <thead>
          <tr>
            <th scope="col">{t('column.item')}</th>
            <th scope="col" data-number>
              {t('column.came')}
            </th>
            <th scope="col" data-number>
              {t('column.goods')}
            </th>
            <th scope="col" data-number>
              {t('column.landed')}
            </th>
          </tr>
        </thead>
        <tbody>
          {receipt.lines.map((line) => (
            <tr key={line.line}>
              <td>
                <bdi className="mono">{line.sku}</bdi>
              </td>
              <td data-number>{formatQuantity(String(line.quantity), language)}</td>
              <td data-number>
                <Money amount={line.goods} currency={currency} missing="words" />
              </td>
              <td data-number>
                <Money amount={line.landed} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {receipt.charges.length > 0 && (
        <p className={styles.soft}>
          {receipt.charges
            .map(
              ({ name, amount, basis }) => `${name} ${amount} ${currency ?? ''}, ${t(`charge.by.${basis}`)}`,
            )
            .join('; ')}
        </p>
      )}
    </div>
  );
}

interface ChargeProps {
  purchase: Purchase;
  receipt: PurchaseReceipt;
  onClose: () => void;
}

function ChargeDialog({ purchase, receipt, onClose }: ChargeProps) {
  const { t } = useTranslation('buying');
  const [charges, setCharges] = useState<PurchaseCharge[]>(receipt.charges);
  const save = useChargeReceipt();
  const currency = purchase.stock_currency ?? purchase.currency;
  return (
    <Confirm
      title={t('charge.title')}
      action={t('save')}
      busy={save.isPending}
      onClose={onClose}
      onConfirm={() =>
        save.mutate(
          {
            id: purchase.id,
            receipt: receipt.id,
            charges: charges.filter(({ amount }) => amount.trim() !== ''),
          },
          {
            onSuccess: () => {
              onClose();
              showDone(t('saved'));
            },
          },
        )
      }
    >
      <p className={styles.soft}>{t('charge.late', { currency })}</p>
      <Charges charges={charges} currency={currency} onChange={setCharges} />
      {save.error && (
        <NoticeLine state="needs_you">{Object.values(wordsOf(save.error, t('failed'))).join(' ')}</NoticeLine>
      )}
    </Confirm>
  );
}
