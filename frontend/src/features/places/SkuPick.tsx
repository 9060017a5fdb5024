import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useVariants, type Variant } from '@/api';

interface Props {
  label: string;
  value: Variant | null;
  onChange: (variant: Variant | null) => void;
  placeholder?: string;
  focus?: boolean;
}

/** Finds a product by the beginning of its SKU, or by its title. */
export function SkuPick({ label, value, onChange, placeholder, focus = false }: Props) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const found = useVariants(asked).data ?? [];
  const all = value && !found.some(({ id }) => id === value.id) ? [value, ...found] : found;
  const words = ({ sku, title }: Variant) => (sku ? `${sku} · ${title}` : title);
  return (
    <Select
      aria-label={label}
      placeholder={placeholder ?? label}
      searchable
      value={value?.id ?? null}
      data={all.map((each) => ({ value: each.id, label: words(each) }))}
      filter={({ options }) => options}
      onSearchChange={setText}
      onChange={(id) => onChange(all.find((each) => each.id === id) ?? null)}
      data-autofocus={focus || undefined}
    />
  );
}
