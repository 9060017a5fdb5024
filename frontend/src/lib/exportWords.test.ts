import { expect, it } from 'vitest';
import { exportWords } from './exportWords';

it('words the filter of the list of orders', () => {
  expect(exportWords({})).toBe('');
  expect(
    exportWords({ status: 'to_ship', channel: 'Etsy, main', unlinked: 'true', placed_from: '2026-01-01' }),
  ).toBe('status=to_ship channel="Etsy, main" unlinked placed>=2026-01-01');
  expect(exportWords({ search: 'blue "mug"', placed_to: '2026-02-01' })).toBe(
    'search="blue mug" placed<=2026-02-01',
  );
});
