import { Checkbox, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Kit, useAssemble, useLocations } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { Confirm, ErrorLine, showDone } from '@/ui';
import styles from './buying.module.css';

interface Props {
  kit: Kit;
  apart: boolean;
  onClose: () => void;
}

/** Puts so many kits together at a location, or takes them apart, with what that moves said beforehand. */
export function AssembleDialog({ kit, apart, onClose }: Props) {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const places = (useLocations().data ?? []).filter(({ channel }) => channel === null);
  const [number, setNumber] = useState<number | string>(1);
  const [location, setLocation] = useState<string | null>(null);
  const [start, setStart] = useState(false);
  const make = useAssemble();
  const problem = make.error instanceof ApiError ? make.error.problem : null;
  const n = Number(number) || 0;
  const parts = kit.parts
    .map(({ quantity, sku, title }) => `${formatQuantity(String(quantity * n), language)} × ${sku || title}`)
    .join(', ');
  return (
    <Confirm
      title={t(apart ? 'kit.apart' : 'kit.make')}
      action={t(apart ? 'kit.apartGo' : 'kit.makeGo', { count: n })}
      busy={make.isPending}
      disabled={n < 1}
      onClose={onClose}
      onConfirm={() =>
        make.mutate(
          { id: kit.variant, quantity: String(apart ? -n : n), location: location ?? '', start },
          {
            onSuccess: () => {
              onClose();
              showDone(t('kit.done'));
            },
          },
        )
      }
    >
      <div className={styles.form}>
        <NumberInput
          label={t('kit.howMany')}
          min={1}
          allowDecimal={false}
          value={number}
          onChange={setNumber}
          data-autofocus
        />
        {places.length > 1 && (
          <Select
            label={t('column.where')}
            data={places.map(({ name }) => name)}
            value={location ?? places[0]?.name ?? null}
            onChange={setLocation}
            allowDeselect={false}
          />
        )}
        {n > 0 && <p className="soft">{t(apart ? 'kit.apartWords' : 'kit.makeWords', { parts })}</p>}
        <ErrorLine error={make.error} />
        {(problem?.field === 'start' || start) && (
          <Checkbox
            label={t('start')}
            checked={start}
            onChange={(event) => setStart(event.currentTarget.checked)}
          />
        )}
      </div>
    </Confirm>
  );
}
