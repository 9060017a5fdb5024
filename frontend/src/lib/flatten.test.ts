import { describe, expect, it } from 'vitest';
import { leaves, samePath } from './flatten';

describe('a document as it came', () => {
  it('is a list of paths and values, in its own order', () => {
    const document = {
      number: '#1',
      total: 12.5,
      paid: false,
      lines: [{ sku: '00123' }, {}],
      note: null,
      tags: [],
    };
    expect(leaves(document)).toEqual([
      { path: 'number', value: '#1' },
      { path: 'total', value: '12.5' },
      { path: 'paid', value: 'false' },
      { path: 'lines[0].sku', value: '00123' },
      { path: 'lines[1]', value: '' },
      { path: 'note', value: '' },
      { path: 'tags', value: '' },
    ]);
  });

  it('may be a bare value', () => expect(leaves('x')).toEqual([{ path: '', value: 'x' }]));

  it('finds a value by a path written another way', () => {
    expect(samePath('$.lines[0].sku', 'lines.0.SKU')).toBe(true);
    expect(samePath('lines[0].sku', 'lines[1].sku')).toBe(false);
  });
});
