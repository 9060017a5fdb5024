import { describe, expect, it } from 'vitest';
import { bucketWords, calendarDay, clock, dayOnly, duration, exact, relative, span, zoneCity } from './when';

const now = Date.parse('2026-11-23T15:00:00Z');
const at = (ms: number) => new Date(now + ms).toISOString();
const minute = 60_000;

describe('relative', () => {
  it.each([
    [-10_000, 'now'],
    [-4 * minute, '4 min ago'],
    [5 * 60 * minute, 'in 5 h'],
    [-9 * 60 * minute, '9 h ago'],
    [-3 * 24 * 60 * minute, '3 days ago'],
    [-24 * 60 * minute, '1 day ago'],
    [2 * 24 * 60 * minute, 'in 2 days'],
  ])('%d ms from now reads %s', (distance, words) => {
    expect(relative(at(distance), now, 'en')).toBe(words);
  });
});

describe('exact times', () => {
  it('are in the workspace zone and name it', () => {
    expect(exact('2026-11-23T14:41:07Z', 'America/New_York', 'en-US')).toContain('9:41:07');
    expect(exact('2026-11-23T14:41:07Z', 'America/New_York', 'en-US')).toContain('EST');
  });

  it('take the day of the zone, not of UTC', () => {
    expect(dayOnly('2026-11-24T03:00:00Z', 'America/New_York', 'en-US')).toBe('Nov 23, 2026');
  });

  it('leave out the year of a day of this year', () => {
    expect(dayOnly('2026-11-24T12:00:00Z', 'UTC', 'en-US', now)).toBe('Nov 24');
    expect(dayOnly('2025-11-24T12:00:00Z', 'UTC', 'en-US', now)).toBe('Nov 24, 2025');
  });

  it('show only the clock for today', () => {
    expect(clock('2026-11-23T14:41:00Z', 'UTC', 'en-GB', now)).toBe('14:41');
    expect(clock('2026-11-20T14:41:00Z', 'UTC', 'en-GB', now)).toContain('20 Nov');
  });

  it('survive a zone nobody knows', () => {
    expect(dayOnly('2026-11-24T12:00:00Z', 'Mars/Olympus', 'en-US')).toBe('Nov 24, 2026');
  });
});

it('says how long things take', () => {
  expect([12, 3200, 12_000, 130_000, 7_380_000].map(duration)).toEqual([
    '12 ms',
    '3.2 s',
    '12 s',
    '2 min 10 s',
    '2 h 3 min',
  ]);
});

it('calls a zone by its city', () => {
  expect(zoneCity('America/New_York')).toBe('New York');
});

it('keeps a calendar day whatever the zone', () => {
  expect(calendarDay('2026-11-01', 'en-US')).toBe('Nov 1');
});

it('says a distance by its largest unit', () => {
  expect([0, 900, 59_000, 61_000, 5_400_000, 3_600_000 * 72].map(span)).toEqual([
    '0 s',
    '0 s',
    '59 s',
    '1 min',
    '2 h',
    '3 days',
  ]);
});

it('words a place of a plot by its span', () => {
  const words = (days: number) => bucketWords('2026-11-25T14:00:00Z', 'America/New_York', 'en-US', days);
  expect([1, 2, 30].map((days) => words(days).replaceAll(/\s/g, ' '))).toEqual([
    '9 AM',
    'Wed 9 AM',
    'Nov 25',
  ]);
});
