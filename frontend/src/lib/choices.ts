/** Every time zone this system knows, UTC first. Older WebKit cannot list them: then the common ones. */
export function timeZones(): string[] {
  const listed = supported('timeZone');
  return ['UTC', ...(listed.length > 0 ? listed : commonZones).filter((zone) => zone !== 'UTC')];
}

/** Every currency code this system knows, the common ones first: a list shows only its beginning. */
export function currencies(): string[] {
  const others = supported('currency').filter((code) => !commonCurrencies.includes(code));
  return [...commonCurrencies, ...others];
}

function supported(kind: 'timeZone' | 'currency'): string[] {
  const list = (Intl as { supportedValuesOf?: (kind: string) => string[] }).supportedValuesOf;
  try {
    return list?.(kind) ?? [];
  } catch {
    return [];
  }
}

/** A zone with its offset now: "New York (UTC−5)". Found by any part of its name. */
export function zoneLabel(zone: string, at: Date = new Date()): string {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' });
    const name = parts.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const offset = name.replace('GMT', 'UTC').replace('-', '−');
    return zone === 'UTC' ? 'UTC' : `${zone.replaceAll('_', ' ')} (${offset})`;
  } catch {
    return zone;
  }
}

/** The zone that counts: the workspace's own, else that of this computer. */
export function knownZone(zone: string): string {
  return zone && zone !== 'Local' ? zone : new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
}

const commonZones = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'America/Toronto',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Paris',
  'Europe/Berlin',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Australia/Sydney',
];
const commonCurrencies = ['USD', 'EUR', 'GBP', 'CAD', 'AUD', 'JPY', 'CHF', 'CNY', 'INR', 'KWD', 'BRL', 'SEK'];
