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
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href } from '@/lib/nav';
import { Confirm, ErrorLine, Money, PlainTable, Section, StateBadge, showDone, When } from '@/ui';
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
        {receipt.note && <bdi className="soft">{receipt.note}</bdi>}
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
      <PlainTable
        heads={[
          t('column.item'),
          { label: t('column.came'), number: true },
          { label: t('column.goods'), number: true },
          { label: t('column.landed'), number: true },
        ]}
      >
        <tbody>
          {receipt.lines.map((line) => (
            <tr key={line.line} data-undone={receipt.undone || undefined}>
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
      </PlainTable>
      {receipt.charges.length > 0 && (
        <p className="soft">
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
      <p className="soft">{t('charge.late', { currency })}</p>
      <Charges charges={charges} currency={currency} onChange={setCharges} />
      <ErrorLine error={save.error} />
    </Confirm>
  );
}
