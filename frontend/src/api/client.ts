import { i18next } from '@/i18n';

/** The one way out of the page: fetch with problem+json decoded and every write safe to repeat. */

/** RFC 9457 problem as Tradepost sends it; `detail` and `remedy` are words for the user. */
export interface ProblemDetail {
  title: string;
  status: number;
  detail: string;
  code: string;
  remedy: string;
  field: string | null;
}

export class ApiError extends Error {
  readonly problem: ProblemDetail;
  constructor(problem: ProblemDetail) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** Builds `path?a=b`, leaving out what is empty. */
export function withQuery(path: string, query?: Query | object): string {
  if (!query) return path;
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

const notReached = (): ProblemDetail => ({
  title: 'not_reached',
  status: 0,
  detail: i18next.t('ui:error.notReached'),
  code: 'not_reached',
  remedy: i18next.t('ui:error.safe'),
  field: null,
});

async function decodeProblem(response: Response): Promise<ProblemDetail> {
  const fallback: ProblemDetail = {
    title: response.statusText,
    status: response.status,
    detail: i18next.t('ui:error.refused', { status: response.status }),
    code: 'http',
    remedy: '',
    field: null,
  };
  try {
    return { ...fallback, ...((await response.json()) as Partial<ProblemDetail>) };
  } catch {
    return fallback;
  }
}

async function send<T>(method: string, path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { method, credentials: 'same-origin', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(notReached());
  }
  if (!response.ok) throw new ApiError(await decodeProblem(response));
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export interface WriteOptions {
  /** The record's etag: the write is refused (412) when somebody changed it since. */
  etag?: string;
  /** Give the same key again to repeat a write whose answer was lost. */
  key?: string;
}

function writeInit(body: unknown, options: WriteOptions = {}): RequestInit {
  const headers: Record<string, string> = { 'Idempotency-Key': options.key ?? newKey() };
  if (options.etag) headers['If-Match'] = options.etag;
  if (body === undefined) return { headers };
  headers['Content-Type'] = 'application/json';
  return { headers, body: JSON.stringify(body) };
}

/** crypto.randomUUID needs a secure context, which a plain-http browser head has not. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const api = {
  get: <T>(path: string, query?: Query | object, signal?: AbortSignal) =>
    send<T>('GET', withQuery(path, query), signal ? { signal } : {}),
  post: <T>(path: string, body?: unknown, options?: WriteOptions) =>
    send<T>('POST', path, writeInit(body, options)),
  patch: <T>(path: string, body: unknown, options?: WriteOptions) =>
    send<T>('PATCH', path, writeInit(body, options)),
  put: <T>(path: string, body: unknown, options?: WriteOptions) =>
    send<T>('PUT', path, writeInit(body, options)),
  delete: <T>(path: string, options?: WriteOptions) => send<T>('DELETE', path, writeInit(undefined, options)),
  /** Raw bytes, never FormData: a FormData body with a Blob crashes WebKitGTK. */
  upload: <T>(path: string, bytes: Blob, query?: Query) =>
    send<T>('POST', withQuery(path, query), {
      body: bytes,
      headers: { 'Content-Type': 'application/octet-stream', 'Idempotency-Key': newKey() },
    }),
};
