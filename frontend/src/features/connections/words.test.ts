import { describe, expect, it } from 'vitest';
import type { ConnectorOption, LookPoint } from '@/api';
import { bucketsOf, isAsked, missing, proposedName, splitValues } from './words';

const option = (name: string, more: Partial<ConnectorOption> = {}): ConnectorOption => ({
  name,
  label: name,
  help: '',
  example: '',
  type: 'text',
  required: false,
  default: '',
  choices: [],
  advanced: false,
  only: '',
  ...more,
});
const options = [
  option('url', { type: 'url', required: true }),
  option('auth', { type: 'choice', default: 'key' }),
  option('key', { type: 'secret', required: true, only: 'auth=key' }),
  option('user', { required: true, only: 'auth=session' }),
];

describe('settings of a connector', () => {
  it('asks for what another setting calls for, by its default too', () => {
    const asked = (values: Record<string, string>) =>
      options.filter((each) => isAsked(each, values, options)).map(({ name }) => name);
    expect(asked({})).toEqual(['url', 'auth', 'key']);
    expect(asked({ auth: 'session' })).toEqual(['url', 'auth', 'user']);
  });

  it('names what is missing, but no secret that is kept', () => {
    expect(missing(options, { url: ' ' }).map(({ name }) => name)).toEqual(['url', 'key']);
    expect(missing(options, { url: 'https://shop.example' }, ['key'])).toEqual([]);
  });

  it('sends secrets apart, and an empty one not at all: it would be removed', () => {
    expect(splitValues(options, { url: ' https://shop.example ', key: '', user: '' })).toEqual({
      options: { url: 'https://shop.example' },
      secrets: {},
    });
    expect(splitValues(options, { auth: 'session', key: 'of before', user: 'ada' })).toEqual({
      options: { auth: 'session', user: 'ada' },
      secrets: {},
    });
    expect(splitValues(options, { key: ' ck ' }).secrets).toEqual({ key: 'ck' });
  });
});

describe('looks', () => {
  const look = (at: string, more: Partial<LookPoint> = {}): LookPoint => ({
    run: '1',
    at,
    stream: 'orders',
    state: 'done',
    duration_ms: 10,
    pulled: 0,
    new: 0,
    changed: 0,
    quarantined: 0,
    lag_seconds: null,
    looks: 1,
    ...more,
  });

  it('sums them by the hour, and keeps the worst lag', () => {
    const sums = bucketsOf(
      [
        look('2026-03-12T07:59:59Z', { new: 5 }),
        look('2026-03-12T08:00:00Z', { new: 1, lag_seconds: 30 }),
        look('2026-03-12T08:59:00Z', { new: 2, changed: 1, lag_seconds: 90 }),
        look('2026-03-12T09:01:00Z', { state: 'failed' }),
        look('2026-03-01T09:01:00Z', { new: 900 }),
      ],
      1,
      Date.parse('2026-03-12T09:30:00Z'),
    );
    expect(sums.from).toHaveLength(25);
    expect(sums.from.at(-1)).toBe('2026-03-12T09:00:00.000Z');
    expect(sums.fresh.slice(-3)).toEqual([5, 3, 0]);
    expect(sums.lag.slice(-2)).toEqual([1.5, 0]);
    expect(sums.failed.at(-1)).toBe(1);
    expect(sums.fresh.reduce((sum, each) => sum + each)).toBe(8);
  });
});

describe('the name of a new connection', () => {
  const shopify = { name: 'Shopify', kind: 'shopify' };
  const none = { connections: [], channels: [] };

  it('is that of the account, or of the system where the account has none yet', () => {
    expect(proposedName('Greenhouse', shopify, none)).toBe('Greenhouse');
    expect(proposedName('', { name: 'QuickBooks Desktop', kind: 'ledger' }, none)).toBe('QuickBooks Desktop');
  });

  it('is never that of another connection, nor of a channel of another system', () => {
    expect(proposedName('Greenhouse', shopify, { ...none, connections: ['greenhouse'] })).toBe(
      'Greenhouse · Shopify',
    );
    expect(
      proposedName('Greenhouse', shopify, { ...none, channels: [{ name: 'Greenhouse', kind: 'amazon' }] }),
    ).toBe('Greenhouse · Shopify');
    expect(
      proposedName('Greenhouse', shopify, { ...none, connections: ['Greenhouse', 'Greenhouse · Shopify'] }),
    ).toBe('Greenhouse · Shopify 2');
  });

  it('is that of a channel of the same system: its orders of files belong to it', () => {
    expect(
      proposedName('Greenhouse', shopify, { ...none, channels: [{ name: 'Greenhouse', kind: 'shopify' }] }),
    ).toBe('Greenhouse');
  });
});
