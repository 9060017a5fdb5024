import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { type Id, useVariants, type Variant } from '@/api';

interface Props {
  label: string;
  /** Said by a column's head, and only read out here. */
  quiet?: boolean;
  placeholder?: string;
  /** What is chosen, which the search may not find. */
  chosen: Pick<Variant, 'id' | 'sku' | 'title'> | null;
  without?: readonly Id[];
  autoFocus?: boolean;
  onPick: (variant: Variant) => void;
}

const nameOf = (variant: Pick<Variant, 'sku' | 'title'>): string =>
  variant.sku && variant.title ? `${variant.sku} · ${variant.title}` : variant.sku || variant.title;

/** A product by SKU or title, found while typing. */
export function VariantPick({ label, quiet, placeholder, chosen, without = [], autoFocus, onPick }: Props) {
  const [text, setText] = useState(chosen ? nameOf(chosen) : '');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const search = chosen && asked === nameOf(chosen) ? chosen.sku : asked;
  const found = (useVariants(search).data ?? []).filter(({ id }) => !without.includes(id));
  const known = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      {...(quiet ? { 'aria-label': label } : { label })}
      placeholder={placeholder}
      data={known.map((variant) => ({ value: variant.id, label: nameOf(variant) }))}
      value={chosen?.id ?? null}
      searchValue={text}
      onSearchChange={setText}
      onChange={(id) => {
        const variant = found.find((each) => each.id === id);
        if (variant) onPick(variant);
      }}
      filter={({ options }) => options}
      searchable
      limit={20}
      allowDeselect={false}
      data-autofocus={autoFocus || undefined}
    />
  );
}
