import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Drift, useStockOne, useTakeDrift, useUndoRun } from '@/api';
import { Confirm, ErrorLine, showDone } from '@/ui';
import styles from './stock.module.css';

/** Takes what the channel has as a count of ours: a correction with that cause, which can be taken back. */
export function TakeDialog({ row, onClose }: { row: Drift; onClose: () => void }) {
  const { t } = useTranslation('stock');
  const stock = useStockOne(row.variant).data;
  const places = stock?.locations.map(({ location }) => location) ?? [];
  const [location, setLocation] = useState<string | null>(row.from);
  const take = useTakeDrift();
  const undo = useUndoRun();
  const several = places.length > 1;
  return (
    <Confirm
      title={t('take.title', { name: row.name })}
      action={t('take.go', { number: row.live })}
      busy={take.isPending}
      disabled={several && location === null}
      onClose={onClose}
      onConfirm={() =>
        take.mutate(
          { id: row.id, live: row.live ?? '', location: location ?? undefined },
          {
            onSuccess: ({ run, before, after }) => {
              onClose();
              showDone(t('take.done', { before, after }), () => undo.mutate(run));
            },
          },
        )
      }
    >
      <div className={styles.form}>
        <p>{t('take.words', { channel: row.channel, live: row.live, ours: row.ours })}</p>
        <p className={styles.soft}>{t('take.first', { channel: row.channel })}</p>
        {several && (
          <Select
            label={t('take.where')}
            data={places}
            value={location}
            onChange={setLocation}
            comboboxProps={{ withinPortal: true }}
          />
        )}
        <ErrorLine error={take.error} />
      </div>
    </Confirm>
  );
}
