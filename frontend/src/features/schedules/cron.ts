/** How often, as people say it. `custom` is a cron expression of their own. */
export type Often = 'minutes5' | 'minutes15' | 'hourly' | 'daily' | 'weekdays' | 'custom';
export const oftens: readonly Often[] = ['minutes5', 'minutes15', 'hourly', 'daily', 'weekdays', 'custom'];

export interface Rhythm {
  often: Often;
  /** "06:00": for daily and weekdays. */
  time: string;
  /** What was typed: for custom. */
  custom: string;
}

const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** The cron expression of a choice; "" while it is not complete. */
export function toCron({ often, time, custom }: Rhythm): string {
  if (often === 'minutes5') return '*/5 * * * *';
  if (often === 'minutes15') return '*/15 * * * *';
  if (often === 'hourly') return '0 * * * *';
  if (often === 'custom') return custom.trim().replace(/\s+/g, ' ');
  const match = clock.exec(time.trim());
  if (!match) return '';
  const days = often === 'weekdays' ? '1-5' : '*';
  return `${Number(match[2])} ${Number(match[1])} * * ${days}`;
}

/** The choice that an expression is, so that what was saved opens as it was chosen. */
export function fromCron(cron: string): Rhythm {
  const text = cron.trim().replace(/\s+/g, ' ');
  const rhythm: Rhythm = { often: 'custom', time: '06:00', custom: text };
  if (text === '*/5 * * * *') return { ...rhythm, often: 'minutes5' };
  if (text === '*/15 * * * *') return { ...rhythm, often: 'minutes15' };
  if (text === '0 * * * *') return { ...rhythm, often: 'hourly' };
  const match = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5|MON-FRI)$/i.exec(text);
  if (!match || Number(match[1]) > 59 || Number(match[2]) > 23) return rhythm;
  const time = `${(match[2] ?? '').padStart(2, '0')}:${(match[1] ?? '').padStart(2, '0')}`;
  return { ...rhythm, often: match[3] === '*' ? 'daily' : 'weekdays', time };
}
