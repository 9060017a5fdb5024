import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { timeZones, zoneLabel } from '@/lib/choices';

interface Props extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  /** An IANA name; "" where none is set. */
  value: string;
  onChange: (zone: string) => void;
  /** What "" means, as the first choice: "as in the file". */
  none?: string;
}

/** A time zone, found by typing a part of its name. */
export function ZoneSelect({ value, onChange, none, ...rest }: Props) {
  const data = useMemo(() => {
    const zones = timeZones();
    const all = value && !zones.includes(value) ? [value, ...zones] : zones;
    const options = all.map((zone) => ({ value: zone, label: zoneLabel(zone) }));
    return none ? [{ value: '', label: none }, ...options] : options;
  }, [value, none]);
  return (
    <Select
      {...rest}
      data={data}
      value={value}
      onChange={(zone) => onChange(zone ?? '')}
      searchable
      allowDeselect={false}
      limit={60}
      maxDropdownHeight={260}
    />
  );
}
