import type { Amount, ChannelKind, Health, Id, Instant, Problem } from './types';

export type RunKind = 'import' | 'undo' | 'watch' | 'backup' | 'bulk' | 'retry';
export type RunState = 'running' | 'done' | 'failed' | 'cancelled' | 'partial';
export interface Run {
  id: Id;
  kind: RunKind;
  state: RunState;
  cause: 'person' | 'schedule' | 'catch_up';
  title: string;
  words: string;
  channel: string;
  watch: Id | null;
  import: Id | null;
  started_at: Instant;
  finished_at: Instant | null;
  duration_ms: number | null;
  progress: { done: number; total: number } | null;
  counts: Record<string, number>;
  error: Problem | null;
}

export interface WatchRequest {
  folder: string;
  cron: string;
  zone: string;
  channel: string;
  format: string;
  mode: string;
}
export interface Watch extends WatchRequest {
  id: Id;
  etag: string;
  cron_words: string;
  paused: boolean;
  next_at: Instant | null;
  next: Instant[];
  running: boolean;
  last_run: Run | null;
  last_success_at: Instant | null;
  state: Health;
  words: string;
}

export interface Backup {
  name: string;
  size: number;
  made_at: Instant;
  verified: boolean;
  reason: 'daily' | 'before_migration' | 'by_hand';
}
export interface Doctor {
  ok: boolean;
  checks: { name: string; ok: boolean; words: string; remedy: string }[];
}

export interface FrameView {
  badges: { orders: number; imports: number; quarantine: number; unlinked: number };
  health: { state: Health; words: string };
  work: Run[];
  workspace: { name: string; sample: boolean };
  zone: string;
  sending_paused: boolean;
}

export interface HomeView {
  zone: string;
  channels: {
    id: Id;
    name: string;
    kind: ChannelKind;
    state: Health;
    words: string;
    last_order_at: Instant | null;
    spark: number[];
    orders_24h: number;
  }[];
  watches: Watch[];
  needs: { kind: string; count: number; words: string; example: string; action: string; href: string }[];
  today: { to_ship: number; late: number; held: number; orders_today: number };
  empty: boolean;
}

export interface DailyView {
  days: string[];
  channels: { name: string; kind: ChannelKind; orders: number[]; totals: Record<string, Amount[]> }[];
  previous: number[];
}

export interface SearchGroup {
  kind: 'orders' | 'channels' | 'imports';
  items: { title: string; detail: string; href: string }[];
}
