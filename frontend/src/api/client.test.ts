import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, api, newKey, withQuery } from './client';

const answer = (status: number, body: string) => {
  const fetched = vi.fn(
    async (_: string, __?: RequestInit) => new Response(status === 204 ? null : body, { status }),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
};
afterEach(() => vi.unstubAllGlobals());

describe('problems', () => {
  it('carry the words and the remedy', async () => {
    answer(409, JSON.stringify({ detail: 'Somebody changed it.', remedy: 'Look again.', code: 'conflict' }));
    const error = await api.get('/x').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).message).toBe('Somebody changed it.');
    expect((error as ApiError).problem).toMatchObject({ status: 409, remedy: 'Look again.', field: null });
  });

  it('have words even when the answer is not JSON', async () => {
    answer(502, '<html>');
    await expect(api.get('/x')).rejects.toThrow('Tradepost could not do this (502).');
  });

  it('say when nobody answers', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('network')));
    await expect(api.get('/x')).rejects.toMatchObject({ problem: { code: 'not_reached', status: 0 } });
  });

  it('let an abandoned read pass as such', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('gone', 'AbortError')));
    await expect(api.get('/x')).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('writes', () => {
  it('carry a key and the etag', async () => {
    const fetched = answer(200, '{}');
    await api.patch('/x', { a: 1 }, { etag: '"7"', key: 'same' });
    expect(fetched.mock.calls[0]?.[1]).toMatchObject({
      method: 'PATCH',
      body: '{"a":1}',
      headers: { 'Idempotency-Key': 'same', 'If-Match': '"7"', 'Content-Type': 'application/json' },
    });
  });

  it('get a new key each time', () => {
    expect(new Set(Array.from({ length: 50 }, newKey)).size).toBe(50);
  });

  it('accept an empty answer', async () => {
    answer(204, '');
    await expect(api.delete('/x')).resolves.toBeUndefined();
  });

  it('send files as bytes, never as a form', async () => {
    const fetched = answer(201, '{}');
    const bytes = new Blob(['a,b']);
    await api.upload('/files', bytes, { name: 'orders 1.csv' });
    expect(fetched.mock.calls[0]?.[0]).toBe('/files?name=orders+1.csv');
    expect(fetched.mock.calls[0]?.[1]?.body).toBe(bytes);
  });
});

it('leaves empty values out of a query', () => {
  expect(withQuery('/x', { a: '', b: null, c: undefined, d: 0, e: false })).toBe('/x?d=0&e=false');
});
