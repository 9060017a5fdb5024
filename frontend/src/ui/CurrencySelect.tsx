import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { currencies } from '@/lib/choices';
import { useLocale } from '@/lib/locale';

interface Props extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  value: string;
  onChange: (currency: string) => void;
  /** What "" means, as the first choice. */
  none: string;
}

/** A currency by code or name. */
export function CurrencySelect({ value, onChange, none, ...rest }: Props) {
  const { language } = useLocale();
  const data = useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: 'currency' });
    return [
      { value: '', label: none },
      ...currencies().map((code) => ({ value: code, label: `${code} ${names.of(code) ?? ''}` })),
    ];
  }, [language, none]);
  return (
    <Select
      {...rest}
      data={data}
      value={value}
      onChange={(currency) => onChange(currency ?? '')}
      searchable
      allowDeselect={false}
      limit={60}
      maxDropdownHeight={260}
    />
  );
}
