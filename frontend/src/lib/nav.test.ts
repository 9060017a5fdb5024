import { expect, it } from 'vitest';
import { href, readSearch, writeSearch } from './nav';

it('writes plain queries and leaves out what is empty', () => {
  expect(href('/orders', { unlinked: 'true', tag: '', search: undefined })).toBe('#/orders?unlinked=true');
  expect(writeSearch({})).toBe('');
});

it('reads back what it wrote, whatever the letters', () => {
  const search = { channel: 'Café & Söhne', search: '#1001 / محمد', tag: '100%' };
  expect(readSearch(writeSearch(search))).toEqual(search);
});
