import { expect, it } from 'vitest';
import { systemLanguage } from './language';
import { formatCount } from './locale';

it('takes the first language Intl accepts', () => {
  expect(systemLanguage(['de-DE', 'en-US'])).toBe('de-DE');
  expect(systemLanguage(['C', 'fr'])).toBe('fr');
});

it('falls back to English where the system names no language', () => {
  for (const named of [[], ['C'], [''], ['POSIX', 'en_US.UTF-8']]) {
    expect(systemLanguage(named)).toBe('en-US');
    expect(formatCount(41200, systemLanguage(named))).toBe('41,200');
  }
});
