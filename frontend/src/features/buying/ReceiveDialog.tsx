import { Button, Checkbox, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Purchase, type PurchaseCharge, useReceive } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { Dialog, ErrorLine, PlainTable, ProductName, showDone } from '@/ui';
import styles from './buying.module.css';
import { Charges } from './Charges';
import { typed } from './words';

/** What came in: all that is awaited, unless another number is typed. Too much is asked about before it counts. */
export function ReceiveDialog({ purchase, onClose }: { purchase: Purchase; onClose: () => void }) {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const [came, setCame] = useState<Record<string, string>>(() =>
    Object.fromEntries(purchase.lines.map((line) => [line.id, String(line.open)])),
  );
  const [charges, setCharges] = useState<PurchaseCharge[]>([]);
  const [rate, setRate] = useState(purchase.rate === null ? '' : String(purchase.rate));
  const [note, setNote] = useState('');
  const [at, setAt] = useState('');
  const [over, setOver] = useState(false);
  const [start, setStart] = useState(false);
  const receive = useReceive();
  const problem = receive.error instanceof ApiError ? receive.error.problem : null;
  const currency = purchase.stock_currency ?? purchase.currency;
  const submit = () =>
    receive.mutate(
      {
        id: purchase.id,
        etag: purchase.etag,
        lines: purchase.lines.map(({ id }) => ({ line: id, quantity: typed(came[id] || '0') })),
        charges: charges.filter(({ amount }) => amount.trim() !== ''),
        at: at.replace('T', ' '),
        rate: typed(rate),
        note,
        over,
        start,
      },
      {
        onSuccess: () => {
          onClose();
          showDone(t('received', { number: purchase.number }));
        },
      },
    );
  return (
    <Dialog onClose={onClose} title={t('receiveTitle', { number: purchase.number })} size={620}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <PlainTable
          inputs
          heads={[t('column.item'), { label: t('column.open'), number: true }, t('column.came')]}
        >
          <tbody>
            {purchase.lines.map((line, place) => (
              <tr key={line.id}>
                <td>
                  <ProductName {...line} />
                </td>
                <td data-number>{formatQuantity(String(line.open), language)}</td>
                <td>
                  <TextInput
                    aria-label={t('cameOf', { name: line.sku || line.title })}
                    w={96}
                    inputMode="decimal"
                    value={came[line.id] ?? ''}
                    onChange={(event) => setCame({ ...came, [line.id]: event.currentTarget.value })}
                    data-autofocus={place === 0 || undefined}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
        <div>
          <p className="soft">{t('charge.words', { currency })}</p>
          <Charges charges={charges} currency={currency} onChange={setCharges} />
        </div>
        <div className={styles.pair}>
          <TextInput
            type="datetime-local"
            label={t('cameAt')}
            description={t('cameAtWords')}
            value={at}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
          <TextInput
            label={t('deliveryNote')}
            description={t('deliveryNoteWords')}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        </div>
        {currency !== purchase.currency && (
          <TextInput
            label={t('rateOf', { of: currency, one: purchase.currency })}
            inputMode="decimal"
            value={rate}
            onChange={(event) => setRate(event.currentTarget.value)}
          />
        )}
        <ErrorLine error={receive.error} />
        {(problem?.field === 'over' || over) && (
          <Checkbox
            label={t('over')}
            checked={over}
            onChange={(event) => setOver(event.currentTarget.checked)}
          />
        )}
        {(problem?.field === 'start' || start) && (
          <Checkbox
            label={t('start')}
            checked={start}
            onChange={(event) => setStart(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('leave')}
          </Button>
          <Button type="submit" loading={receive.isPending}>
            {t('receive')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
