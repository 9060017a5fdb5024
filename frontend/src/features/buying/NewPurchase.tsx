import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDraftPurchase, useLocations, useSuppliers } from '@/api';
import { useGo } from '@/lib/nav';
import { Confirm, ErrorLine } from '@/ui';

/** Begins a draft: from whom, and where its goods go. Its lines are written on its page. */
export function NewPurchase({ onSupplier, onClose }: { onSupplier: () => void; onClose: () => void }) {
  const { t } = useTranslation('buying');
  const go = useGo();
  const suppliers = (useSuppliers().data ?? []).filter(({ active }) => active);
  const places = useLocations().data ?? [];
  const [supplier, setSupplier] = useState<string | null>(null);
  const [location, setLocation] = useState<string | null>(null);
  const draft = useDraftPurchase();
  const from = supplier ?? suppliers[0]?.id ?? null;
  return (
    <Confirm
      title={t('new')}
      action={t('begin')}
      busy={draft.isPending}
      disabled={from === null}
      onClose={onClose}
      onConfirm={() =>
        from &&
        draft.mutate(
          { supplier: from, ...(location && { location }), lines: [] },
          {
            onSuccess: ({ id }) => {
              onClose();
              go(`/purchases/${id}`);
            },
          },
        )
      }
    >
      {suppliers.length === 0 ? (
        <p>
          {t('supplier.first')}{' '}
          <Button variant="subtle" size="compact-sm" onClick={onSupplier}>
            {t('supplier.add')}
          </Button>
        </p>
      ) : (
        <Select
          label={t('column.supplier')}
          data={suppliers.map(({ id, name }) => ({ value: id, label: name }))}
          value={from}
          onChange={setSupplier}
          searchable
          allowDeselect={false}
          data-autofocus
        />
      )}
      {places.length > 1 && (
        <Select
          mt="xs"
          label={t('to')}
          data={places.map(({ id, name }) => ({ value: id, label: name }))}
          value={location ?? places[0]?.id ?? null}
          onChange={setLocation}
          allowDeselect={false}
        />
      )}
      <ErrorLine error={draft.error} />
    </Confirm>
  );
}
