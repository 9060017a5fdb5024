import type { FieldInfo } from '@/api';

export interface FieldGroup {
  group: string;
  items: { value: string; label: string }[];
}

const small = (label: string): string =>
  /^[A-Z][A-Z]/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);

/** The field as it is called where its group is not seen: "Buyer: name". */
function longLabel(field: FieldInfo, first: string): string {
  return field.group === first ? field.label : `${field.group}: ${small(field.label)}`;
}

/** What a list of fields offers, in the groups people think in. */
export function grouped(fields: readonly FieldInfo[]): FieldGroup[] {
  const first = fields[0]?.group ?? '';
  const groups = new Map<string, FieldGroup>();
  for (const field of fields) {
    const group = groups.get(field.group) ?? { group: field.group, items: [] };
    group.items.push({ value: field.name, label: longLabel(field, first) });
    groups.set(field.group, group);
  }
  return [...groups.values()];
}
