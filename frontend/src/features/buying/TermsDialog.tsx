import { Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Purchase, useChangePurchase, useLocations } from '@/api';
import { Confirm, ErrorLine, showDone } from '@/ui';
import { typed } from './words';

/** Where the goods go, when they are expected, the note for the supplier, and the rate of another currency. */
export function TermsDialog({ purchase, onClose }: { purchase: Purchase; onClose: () => void }) {
  const { t } = useTranslation('buying');
  const places = useLocations().data ?? [];
  const first = places.find(({ name }) => name === purchase.location)?.id ?? null;
  const [location, setLocation] = useState<string | null>(null);
  const [expected, setExpected] = useState((purchase.expected_at ?? '').slice(0, 10));
  const [rate, setRate] = useState(purchase.rate === null ? '' : String(purchase.rate));
  const [note, setNote] = useState(purchase.note ?? '');
  const save = useChangePurchase();
  const abroad = purchase.stock_currency !== null && purchase.stock_currency !== purchase.currency;
  return (
    <Confirm
      title={t('terms')}
      action={t('save')}
      busy={save.isPending}
      onClose={onClose}
      onConfirm={() =>
        save.mutate(
          {
            id: purchase.id,
            etag: purchase.etag,
            expected_at: expected,
            note,
            rate: typed(rate),
            ...(location && location !== first && { location }),
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
      {purchase.state === 'draft' && (
        <Select
          label={t('to')}
          data={places.map(({ id, name }) => ({ value: id, label: name }))}
          value={location ?? first}
          onChange={setLocation}
          allowDeselect={false}
        />
      )}
      <TextInput
        mt="xs"
        type="date"
        label={t('column.expected')}
        description={purchase.state === 'draft' ? t('expectedWords') : undefined}
        value={expected}
        onChange={(event) => setExpected(event.currentTarget.value)}
      />
      {abroad && (
        <TextInput
          mt="xs"
          label={t('rateOf', { of: purchase.stock_currency, one: purchase.currency })}
          inputMode="decimal"
          value={rate}
          onChange={(event) => setRate(event.currentTarget.value)}
        />
      )}
      <Textarea
        mt="xs"
        label={t('note')}
        description={t('noteWords')}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        autosize
        minRows={2}
      />
      <ErrorLine error={save.error} />
    </Confirm>
  );
}
