import { describe, expect, it } from 'vitest';
import { addDays, dayIn, mondayOf, startOf } from './week';

describe('days of a calendar', () => {
  it('begin at midnight of the zone, whatever its clocks do', () => {
    expect(startOf('2026-11-23', 'America/New_York')).toBe('2026-11-23T05:00:00Z');
    expect(startOf('2026-03-08', 'America/New_York')).toBe('2026-03-08T05:00:00Z');
    expect(startOf('2026-03-09', 'America/New_York')).toBe('2026-03-09T04:00:00Z');
    expect(startOf('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00Z');
    expect(startOf('2026-11-02', 'America/New_York')).toBe('2026-11-02T05:00:00Z');
    expect(startOf('2026-11-23', 'Asia/Kolkata')).toBe('2026-11-22T18:30:00Z');
  });

  it('begin after the gap where midnight is skipped', () => {
    // Cairo jumps from 23:59:59 on 23 April to 01:00 on 24 April 2026.
    const at = startOf('2026-04-24', 'Africa/Cairo');
    expect(dayIn('Africa/Cairo', at)).toBe('2026-04-24');
    expect(dayIn('Africa/Cairo', new Date(Date.parse(at) - 1000))).toBe('2026-04-23');
  });

  it('are counted by the calendar', () => {
    expect(addDays('2026-10-31', 1)).toBe('2026-11-01');
    expect(mondayOf('2026-11-23')).toBe('2026-11-23');
    expect(mondayOf('2026-11-29')).toBe('2026-11-23');
  });
});
