import type { ConnectorOption, LookPoint } from '@/api';

/** Whether an option is asked for, by what another one says: "auth=api_key". */
export function isAsked(
  option: Pick<ConnectorOption, 'only'>,
  values: Readonly<Record<string, string>>,
  all: readonly Pick<ConnectorOption, 'name' | 'default'>[],
): boolean {
  const at = option.only.indexOf('=');
  if (at < 0) return true;
  const name = option.only.slice(0, at);
  const value = values[name] || all.find((each) => each.name === name)?.default || '';
  return value === option.only.slice(at + 1);
}

/** What a form sends: settings that are asked for and no secrets, and of the secrets only those that were typed in. */
export function splitValues(
  options: readonly Pick<ConnectorOption, 'name' | 'type' | 'only' | 'default'>[],
  values: Readonly<Record<string, string>>,
): { options: Record<string, string>; secrets: Record<string, string> } {
  const parts = { options: {} as Record<string, string>, secrets: {} as Record<string, string> };
  for (const option of options) {
    const { name, type } = option;
    const value = values[name];
    if (value === undefined || !isAsked(option, values, options)) continue;
    if (type !== 'secret') parts.options[name] = value.trim();
    else if (value.trim() !== '') parts.secrets[name] = value.trim();
  }
  return parts;
}

/** Orders first: they are what a merchant waits for. */
export const ordersFirst = <T extends { stream: string }>(streams: readonly T[]): T[] =>
  [...streams].sort((one, other) => Number(other.stream === 'orders') - Number(one.stream === 'orders'));

/** What must be typed in still. */
export const missing = (
  options: readonly ConnectorOption[],
  values: Readonly<Record<string, string>>,
  kept: readonly string[] = [],
): ConnectorOption[] =>
  options.filter(
    (option) =>
      option.required &&
      option.default === '' &&
      isAsked(option, values, options) &&
      !(values[option.name] ?? '').trim() &&
      !kept.includes(option.name),
  );

/** What a new connection is called unless a person says otherwise: as the account, where nothing else of another system is. */
export function proposedName(
  account: string,
  { name: vendor, kind }: { name: string; kind: string },
  taken: { connections: readonly string[]; channels: readonly { name: string; kind: string }[] },
): string {
  const isTaken = (name: string) => {
    const same = (other: string) => other.toLowerCase() === name.toLowerCase();
    return taken.connections.some(same) || taken.channels.some((one) => one.kind !== kind && same(one.name));
  };
  const names = account ? [account, `${account} · ${vendor}`] : [vendor];
  const stem = names.at(-1) as string;
  for (let n = 2; isTaken(names.at(-1) as string) && n < 100; n++) names.push(`${stem} ${n}`);
  return names.find((name) => !isTaken(name)) ?? stem;
}

/** How many buckets of a plot a span gets: hours for up to three days, else days. */
const bucketHours = (days: number): number => (days <= 1 ? 1 : days <= 3 ? 2 : days <= 7 ? 6 : 24);

export interface Buckets {
  /** When each begins, as an instant. */
  from: string[];
  fresh: number[];
  changed: number[];
  quarantined: number[];
  /** Looks that failed. */
  failed: number[];
  /** The worst lag in minutes. */
  lag: number[];
}

/** Sums looks into buckets up to now, oldest first. */
export function bucketsOf(looks: readonly LookPoint[], days: number, now: number): Buckets {
  const size = bucketHours(days) * 3_600_000;
  const last = Math.floor(now / size);
  const count = Math.ceil((days * 24) / bucketHours(days)) + 1;
  const zeros = () => new Array<number>(count).fill(0);
  const sums: Buckets = {
    from: Array.from({ length: count }, (_, place) =>
      new Date((last - count + 1 + place) * size).toISOString(),
    ),
    fresh: zeros(),
    changed: zeros(),
    quarantined: zeros(),
    failed: zeros(),
    lag: zeros(),
  };
  for (const look of looks) {
    const place = count - 1 - (last - Math.floor(Date.parse(look.at) / size));
    if (place < 0 || place >= count) continue;
    const add = (values: number[], more: number) => {
      values[place] = (values[place] ?? 0) + more;
    };
    add(sums.fresh, look.new);
    add(sums.changed, look.changed);
    add(sums.quarantined, look.quarantined);
    add(sums.failed, look.state === 'failed' ? 1 : 0);
    sums.lag[place] = Math.max(sums.lag[place] ?? 0, Math.round((look.lag_seconds ?? 0) / 6) / 10);
  }
  return sums;
}
