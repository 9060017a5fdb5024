import { Autocomplete, Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StockOne, useAdjustStock, useCountStock, useLocations } from '@/api';
import { Dialog, ErrorLine, showDone } from '@/ui';
import styles from './stock.module.css';

export type WriteKind = 'count' | 'adjust';

interface Props {
  kind: WriteKind;
  stock: StockOne;
  onClose: () => void;
}

/** A person's count of one location, or by how much it is off. Both are runs that can be taken back. */
export function WriteDialog({ kind, stock, onClose }: Props) {
  const { t } = useTranslation('stock');
  const places = useLocations().data ?? [];
  const first = stock.locations[0]?.location ?? '';
  const [location, setLocation] = useState(first);
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const count = useCountStock();
  const adjust = useAdjustStock();
  const write = kind === 'count' ? count : adjust;
  const on = { id: stock.variant, etag: stock.etag, location };
  const done = {
    onSuccess: () => {
      onClose();
      showDone(t('dialog.done'));
    },
  };
  const submit = () =>
    kind === 'count'
      ? count.mutate({ ...on, on_hand: number }, done)
      : adjust.mutate({ ...on, by: number, reason }, done);
  const starts = !stock.locations.some((each) => each.location === location);
  return (
    <Dialog onClose={onClose} title={t(`dialog.${kind}`)} size={440}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {kind === 'count' && (
          <p className={styles.soft}>{t(starts ? 'dialog.startWords' : 'dialog.countWords')}</p>
        )}
        <TextInput
          label={t(kind === 'count' ? 'dialog.found' : 'dialog.by')}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
          inputMode="decimal"
          required
          withAsterisk={false}
          data-autofocus
        />
        {kind === 'adjust' && (
          <TextInput
            label={t('dialog.reason')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            required
            withAsterisk={false}
          />
        )}
        <Autocomplete
          label={t('dialog.location')}
          description={kind === 'count' ? t('dialog.newLocation') : undefined}
          placeholder={places[0]?.name}
          data={places.map((each) => each.name)}
          value={location}
          onChange={setLocation}
        />
        <ErrorLine error={write.error} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button type="submit" loading={write.isPending}>
            {t('dialog.save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
