import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView, StreamName } from '@/api';
import { Dialog } from '@/ui';
import { useLookNow } from './useLookNow';

/** Reads again what changed from a day on: for a time when something may have gone wrong at the vendor. */
export function PullAgain({ view, onClose }: { view: ConnectionView; onClose: () => void }) {
  const { t } = useTranslation('connections');
  const [stream, setStream] = useState<StreamName>('orders');
  const [since, setSince] = useState(() => new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10));
  const { lookNow, isPending } = useLookNow();
  const streams = view.syncs.filter(({ changes, first }) => changes && !first).map((each) => each.stream);
  const chosen = streams.includes(stream) ? stream : streams[0];
  return (
    <Dialog onClose={onClose} title={t('again.title')} size={460}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!chosen) return;
          lookNow(view.connection, chosen, { since });
          onClose();
        }}
      >
        <p style={{ marginTop: 0 }}>{t('again.words')}</p>
        <Group grow gap={12} align="flex-start">
          <Select
            label={t('column.stream')}
            data={streams.map((value) => ({ value, label: t(`stream.${value}`) }))}
            value={chosen ?? null}
            onChange={(next) => next && setStream(next as StreamName)}
            allowDeselect={false}
          />
          <TextInput
            type="date"
            label={t('again.from')}
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
            required
            withAsterisk={false}
          />
        </Group>
        <Group justify="flex-end" mt="lg" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('form.leave')}
          </Button>
          <Button type="submit" loading={isPending} disabled={!chosen || since === ''}>
            {t('again.go')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
