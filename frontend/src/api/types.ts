/**
 * The API as this page reads it, written by hand after the contract until docs/openapi.json exists
 * (`npm run types` then generates schema.gen.ts). Amounts are decimal strings, null where the source
 * states none; instants are RFC 3339 UTC strings.
 */
export type Id = string;
export type Instant = string;
export type Amount = string;

export interface Problem {
  row: number | null;
  column: string | null;
  found: string;
  expected: string;
  remedy: string;
  message: string;
  code: string;
}

export interface About {
  version: string;
  workspace: { name: string; path: string; sample: boolean };
  head: 'window' | 'serve';
  can: { native_paths: boolean; tray: boolean; login_start: boolean };
  scopes: string[];
}

export type ThemeChoice = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'normal';
export interface Settings {
  etag: string;
  zone: string;
  theme: ThemeChoice;
  density: Density;
  backup_keep: number;
  start_at_login: boolean;
  close_notice_seen: boolean;
  company: string;
}

export type ChannelKind = 'shopify' | 'amazon' | 'etsy' | 'ebay' | 'walmart' | 'other';
export interface Channel {
  id: Id;
  name: string;
  kind: ChannelKind;
  zone: string;
  currency: string;
  orders: number;
  newest_order_at: Instant | null;
  last_import_at: Instant | null;
  etag: string;
}

/** How well something is, always shown with an icon and words. */
export type Health = 'fine' | 'waiting' | 'late' | 'needs_you';
