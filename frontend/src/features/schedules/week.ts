/** The calendar's days in a zone: a day may have 23 or 25 hours, so days are counted by the calendar, never by hours. */

/** "2026-11-23" of an instant in a zone. */
export const dayIn = (zone: string, at: Date | string): string =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(new Date(at));

export function addDays(day: string, count: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}

/** The Monday of a day's week. */
export const mondayOf = (day: string): string =>
  addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));

/** How far a zone's clocks are ahead of UTC at an instant, in minutes. */
function offset(zone: string, at: number): number {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<string, number>;
  const face = Date.UTC(
    parts.year ?? 0,
    (parts.month ?? 1) - 1,
    parts.day,
    parts.hour,
    parts.minute,
    parts.second,
  );
  return Math.round((face - Math.floor(at / 1000) * 1000) / 60_000);
}

/** When a day begins in a zone: at midnight, or where the clocks skip that, when they have. */
export function startOf(day: string, zone: string): string {
  const face = Date.parse(`${day}T00:00:00Z`);
  const tries = [offset(zone, face - 86_400_000), offset(zone, face + 86_400_000)].map(
    (minutes) => face - minutes * 60_000,
  );
  const first = Math.min(...tries);
  const found = tries.filter((at) => dayIn(zone, new Date(at)) === day).sort((one, other) => one - other)[0];
  return new Date(found ?? first).toISOString().replace('.000', '');
}
