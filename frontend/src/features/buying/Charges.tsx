import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PurchaseCharge } from '@/api';
import styles from './buying.module.css';

const bases = ['value', 'quantity', 'weight'] as const;

interface Props {
  charges: PurchaseCharge[];
  currency: string;
  onChange: (charges: PurchaseCharge[]) => void;
}

/** Freight, duty and the like, each with what it is shared by. */
export function Charges({ charges, currency, onChange }: Props) {
  const { t } = useTranslation('buying');
  const put = (at: number, change: Partial<PurchaseCharge>) =>
    onChange(charges.map((charge, place) => (place === at ? { ...charge, ...change } : charge)));
  return (
    <div className={styles.form}>
      {charges.map((charge, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a charge has no name of its own
        <div key={at} className={styles.bar} style={{ margin: 0 }}>
          <TextInput
            aria-label={t('charge.name')}
            placeholder={t('charge.name')}
            w={120}
            value={charge.name}
            onChange={(event) => put(at, { name: event.currentTarget.value })}
          />
          <TextInput
            aria-label={t('charge.amount')}
            placeholder={currency}
            w={90}
            inputMode="decimal"
            value={charge.amount}
            onChange={(event) => put(at, { amount: event.currentTarget.value.replace(',', '.') })}
          />
          <Select
            aria-label={t('charge.basis')}
            w={150}
            data={bases.map((basis) => ({ value: basis, label: t(`charge.by.${basis}`) }))}
            value={charge.basis}
            onChange={(basis) => basis && put(at, { basis: basis as PurchaseCharge['basis'] })}
            allowDeselect={false}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('line.remove')}
            onClick={() => onChange(charges.filter((_, place) => place !== at))}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        style={{ alignSelf: 'start' }}
        onClick={() => onChange([...charges, { name: t('charge.freight'), amount: '', basis: 'value' }])}
      >
        {t('charge.add')}
      </Button>
    </div>
  );
}
