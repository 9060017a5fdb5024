import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { keys } from './keys';

/** What the backend says after a commit. */
export interface ChangeEvent {
  seq: number;
  topics: string[];
  import?: string;
  run?: string;
  progress?: { done: number; total: number };
}

interface WailsRuntime {
  EventsOn: (name: string, handler: (payload: unknown) => void) => () => void;
}

/** Which queries a topic makes stale. The frame (badges, health, running work) follows every topic. */
const stale: Record<string, readonly (readonly string[])[]> = {
  orders: [keys.orders.all, keys.home],
  imports: [keys.imports.all, keys.profiles, keys.home],
  runs: [keys.runs.all, keys.backups, keys.connections.all],
  watches: [keys.schedules, keys.connections.all, keys.home],
  connections: [keys.connections.all, keys.books.all, keys.home],
  intents: [keys.plans.all, keys.books.all, keys.orders.page('').slice(0, 2), keys.home],
  servers: [keys.servers],
  quarantine: [keys.quarantine, keys.imports.all, keys.home],
  settings: [keys.settings, keys.about, keys.formats, keys.buying.all, keys.records.all],
  channels: [keys.channels, keys.home],
  views: [['views']],
  listings: [keys.records.all],
  customers: [keys.records.list('customers', '').slice(0, 2)],
  stock: [keys.records.all, keys.buying.all],
  purchases: [keys.buying.all],
  edi: [keys.edi.all],
};

/** Gathers topics for a moment, so that an import of 100,000 rows does not ask 1,000 times. */
export const gatherMs = 400;

export function staleKeys(topics: Iterable<string>): (readonly string[])[] {
  const found = new Map<string, readonly string[]>([['frame', keys.frame]]);
  for (const topic of topics) for (const key of stale[topic] ?? []) found.set(key.join('/'), key);
  return [...found.values()];
}

/**
 * Reads a query anew, one reading at a time: while an import says "orders changed" without pause, a long
 * list still gets read to its end, and once more after the last change.
 */
function refresher(client: QueryClient): (queryKey: readonly string[]) => void {
  const busy = new Set<string>();
  const again = new Set<string>();
  const refresh = (queryKey: readonly string[]) => {
    const id = queryKey.join('/');
    if (busy.has(id)) {
      again.add(id);
      return;
    }
    busy.add(id);
    void client.invalidateQueries({ queryKey: [...queryKey] }).finally(() => {
      busy.delete(id);
      if (again.delete(id)) refresh(queryKey);
    });
  };
  return refresh;
}

/** Turns change events into fresh queries: the only place that does. Returns the stop function. */
export function followChanges(client: QueryClient): () => void {
  const topics = new Set<string>();
  const refresh = refresher(client);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const keysNow = staleKeys(topics);
    topics.clear();
    for (const queryKey of keysNow) refresh(queryKey);
  };
  const take = (event: ChangeEvent) => {
    for (const topic of event.topics ?? []) topics.add(topic);
    timer ??= setTimeout(flush, gatherMs);
  };
  const stop = subscribe(take, () => void client.invalidateQueries());
  return () => {
    if (timer) clearTimeout(timer);
    stop();
  };
}

/** Whether Tradepost answers: what is on screen may be old while it does not. */
let reached = true;
const watchers = new Set<() => void>();
function setReached(next: boolean): void {
  if (next === reached) return;
  reached = next;
  for (const each of watchers) each();
}
const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
};
export const useReached = (): boolean => useSyncExternalStore(watch, () => reached);

/** For how long a gap is not worth a word, and how often a refused line is tried anew. */
export const gapMs = 1500;
export const againMs = 4000;

function subscribe(take: (event: ChangeEvent) => void, missed: () => void): () => void {
  const runtime = (window as { runtime?: WailsRuntime }).runtime;
  if (runtime?.EventsOn) return runtime.EventsOn('change', (payload) => take(payload as ChangeEvent));
  if (typeof EventSource === 'undefined') return () => {};
  let source: EventSource | undefined;
  let lost = false;
  let gap: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    const line = new EventSource('/api/v1/events');
    source = line;
    line.addEventListener('change', (event) => take(JSON.parse((event as MessageEvent<string>).data)));
    line.onerror = () => {
      lost = true;
      gap ??= setTimeout(() => setReached(false), gapMs);
      // The browser tries again by itself, unless the line was refused.
      if (line.readyState === EventSource.CLOSED) again = setTimeout(listen, againMs);
    };
    // After a gap nobody knows what was missed: everything on screen is read again.
    line.onopen = () => {
      clearTimeout(gap);
      gap = undefined;
      setReached(true);
      if (lost) missed();
      lost = false;
    };
  };
  listen();
  return () => {
    clearTimeout(gap);
    clearTimeout(again);
    source?.close();
  };
}
