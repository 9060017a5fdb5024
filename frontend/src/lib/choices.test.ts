import { describe, expect, it } from 'vitest';
import { currencies, timeZones, zoneLabel } from './choices';

describe('choices', () => {
  it('lists zones with UTC first and only once', () => {
    const zones = timeZones();
    expect(zones[0]).toBe('UTC');
    expect(zones.filter((zone) => zone === 'UTC')).toHaveLength(1);
    expect(zones).toContain('America/New_York');
  });

  it('says a zone with its offset of the day', () => {
    expect(zoneLabel('America/New_York', new Date('2026-11-23T12:00:00Z'))).toBe('America/New York (UTC−5)');
    expect(zoneLabel('America/New_York', new Date('2026-07-01T12:00:00Z'))).toBe('America/New York (UTC−4)');
    expect(zoneLabel('UTC')).toBe('UTC');
    expect(zoneLabel('Nowhere/Land')).toBe('Nowhere/Land');
  });

  it('knows currencies', () => expect(currencies()).toEqual(expect.arrayContaining(['USD', 'JPY', 'KWD'])));
});
