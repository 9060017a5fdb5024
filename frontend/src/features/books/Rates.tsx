import { Button, CloseButton, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BooksMapping } from '@/api';
import styles from './books.module.css';

interface Props {
  currency: string;
  mapping: BooksMapping;
  onChange: (next: BooksMapping) => void;
}

/** How much of the books' own currency one unit of another is, from day to day. */
export function Rates({ currency, mapping, onChange }: Props) {
  const { t } = useTranslation('books');
  const { home } = mapping;
  const rows = mapping.rates?.[currency] ?? [];
  const keep = (next: typeof rows) => {
    const { [currency]: _, ...others } = mapping.rates ?? {};
    onChange({ ...mapping, rates: next.length > 0 ? { ...others, [currency]: next } : others });
  };
  const change = (at: number, part: Partial<(typeof rows)[number]>) =>
    keep(rows.map((row, n) => (n === at ? { ...row, ...part } : row)));
  const today = new Date().toISOString().slice(0, 10);
  return (
    <>
      {rows.map(({ day, rate }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rates have no id, and keep their order
        <div key={at} className={styles.rate}>
          <TextInput
            size="xs"
            type="date"
            aria-label={t('map.rateDay', { currency })}
            value={day}
            onChange={(event) => change(at, { day: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            inputMode="decimal"
            aria-label={t('map.rateIs', { currency, home })}
            placeholder="1.0832"
            leftSection={<span className={styles.soft}>{t('map.rateOf', { currency })}</span>}
            leftSectionWidth={64}
            rightSection={<span className={styles.soft}>{home}</span>}
            rightSectionWidth={48}
            value={rate}
            onChange={(event) => change(at, { rate: event.currentTarget.value.replace(',', '.') })}
          />
          <CloseButton
            size="sm"
            aria-label={t('map.rateRemove', { currency, day })}
            onClick={() => keep(rows.filter((_, n) => n !== at))}
          />
        </div>
      ))}
      <Button size="xs" variant="default" onClick={() => keep([...rows, { day: today, rate: '' }])}>
        {t('map.rateAdd', { currency })}
      </Button>
    </>
  );
}
