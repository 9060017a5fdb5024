const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "4 min ago", "in 5 h": as short as LOOK.md asks, in the reader's language. */
export function relative(instant: string, now: number, locale: string): string {
  const distance = Date.parse(instant) - now;
  const size = Math.abs(distance);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  if (size < 45_000) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'second');
  if (size < 55 * minute) return english(format.format(whole(distance, minute), 'minute'));
  if (size < 22 * hour) return english(format.format(whole(distance, hour), 'hour'));
  if (size < 26 * day) return english(format.format(whole(distance, day), 'day'));
  if (size < 320 * day) return english(format.format(whole(distance, 30.44 * day), 'month'));
  return english(format.format(whole(distance, 365.25 * day), 'year'));
}

/** Within a week of now: further away a day says more than "7 mo ago". */
export const isNear = (instant: string, now: number): boolean =>
  Math.abs(Date.parse(instant) - now) < 7 * day;

const whole = (distance: number, unit: number) =>
  Math.trunc(Math.round(distance / unit)) || Math.sign(distance);

/** English short forms with full stops ("5 hr. ago") read better without ("5 h ago"). */
const english = (text: string) =>
  text
    .replace(/ min\./, ' min')
    .replace(/ hr\./, ' h')
    .replace(/ mo\./, ' mo')
    .replace(/ yr\./, ' y');

/** The whole instant with its zone: "Nov 23, 2026, 09:41:07 EST". */
export function exact(instant: string, zone: string, locale: string, seconds = true): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: undefined,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' as const } : {}),
    timeZoneName: 'short',
    ...zoneOption(zone),
  }).format(new Date(instant));
}

/** A day without a clock, for what the source states only as a day. Given now, this year's go without the year. */
export function dayOnly(instant: string, zone: string, locale: string, now?: number): string {
  const thisYear = now !== undefined && instant.slice(0, 4) === new Date(now).toISOString().slice(0, 4);
  return new Intl.DateTimeFormat(locale, {
    ...(thisYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    ...zoneOption(zone),
  }).format(new Date(instant));
}

/** "2026-11-01" as "Nov 1": a calendar day, which no zone moves. */
export const calendarDay = (day: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );

/** "09:41" today, "Nov 23, 09:41" before, with the year when it is another one. */
export function clock(instant: string, zone: string, locale: string, now: number): string {
  const date = new Date(instant);
  const inZone = zoneOption(zone);
  const sameDay = dayOnly(instant, zone, locale) === dayOnly(new Date(now).toISOString(), zone, locale);
  const sameYear = date.getUTCFullYear() === new Date(now).getUTCFullYear();
  return new Intl.DateTimeFormat(locale, {
    ...(sameDay ? {} : { month: 'short', day: 'numeric' }),
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
    ...inZone,
  }).format(date);
}

function zoneOption(zone: string): { timeZone?: string } {
  if (!zone) return {};
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return { timeZone: zone };
  } catch {
    return {};
  }
}

/** "America/New_York" as people say it. */
export const zoneCity = (zone: string): string => (zone.split('/').pop() ?? zone).replaceAll('_', ' ');

/** "3.2 s", "2 min 10 s": how long something took. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  if (minutes < 60) return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "1 min", "3 h": how late something is, by its largest unit. */
export function span(ms: number): string {
  if (ms < 1000) return '0 s';
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 48 * 3_600_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}

/** When a bucket of a plot begins, as short as its span allows: "9 PM", "Wed 9 PM", "Nov 25". */
export function bucketWords(from: string, zone: string, locale: string, days: number): string {
  const parts: Intl.DateTimeFormatOptions =
    days > 7
      ? { month: 'short', day: 'numeric' }
      : days > 1
        ? { weekday: 'short', hour: 'numeric' }
        : { hour: 'numeric' };
  return new Intl.DateTimeFormat(locale, { ...parts, ...zoneOption(zone) }).format(new Date(from));
}
