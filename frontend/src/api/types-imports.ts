import type { Amount, Id, Instant, Problem } from './types';

export interface Recognition {
  format: string;
  format_name: string;
  kind: string;
  confidence: number;
  encoding: string;
  delimiter: string;
  header_row: number;
  rows: number;
  columns: string[];
  unknown_columns: string[];
  reasons: string[];
  zone_needed: boolean;
  channel_kind: string;
}

export interface KeptFile {
  id: Id;
  name: string;
  size: number;
  sha256: string;
  received_at: Instant;
  recognition: Recognition | null;
  problem: Problem | null;
  earlier: { batch: Id; channel: string; applied_at: Instant }[];
}

export interface FileFormat {
  id: string;
  name: string;
  kind: string;
  channel_kind: string;
  how_to_get: string;
}

export type ImportMode = 'new' | 'merge' | 'update';
export type ImportState =
  | 'planning'
  | 'planned'
  | 'applying'
  | 'applied'
  | 'cancelled'
  | 'failed'
  | 'undoing'
  | 'undone';
export type Verdict = 'new' | 'changed' | 'same' | 'skipped' | 'error' | 'warning';

export interface ImportRequest {
  file: Id;
  format: string;
  channel: string;
  zone: string;
  currency: string;
  mode: ImportMode;
}

export interface ImportBatch {
  id: Id;
  etag: string;
  file: { id: Id; name: string; size: number };
  format: string;
  format_name: string;
  channel: string;
  mode: ImportMode;
  zone: string;
  zone_source: 'file' | 'option' | 'channel' | 'workspace';
  currency: string;
  state: ImportState;
  rows: number;
  orders: Record<Verdict, number>;
  warnings: Problem[];
  progress: { done: number; total: number } | null;
  cause: 'person' | 'watch';
  planned_at: Instant | null;
  applied_at: Instant | null;
  undone_at: Instant | null;
  error: Problem | null;
  run: Id | null;
}

export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

export interface ImportRecord {
  ordinal: number;
  rows: number[];
  verdict: Verdict;
  number: string;
  order: Id | null;
  buyer: string;
  total: Amount | null;
  currency: string;
  placed_at: Instant | null;
  items: string;
  changes: FieldChange[];
  problems: Problem[];
  warnings: Problem[];
}

export interface UndoPreview {
  orders_removed: number;
  orders_reverted: number;
  orders_left: number;
  left: { number: string; order: Id; reason: string }[];
}

export interface Message {
  id: Id;
  kind: string;
  source: string;
  received_at: Instant;
  status: string;
  problem: Problem | null;
  rows: number[];
  raw: { columns: string[]; rows: string[][] };
  order: Id | null;
  import: Id | null;
  file: { id: Id; name: string } | null;
}

export interface QuarantinePage {
  groups: { code: string; column: string | null; expected: string; count: number; example: Problem }[];
  messages: {
    id: Id;
    channel: string;
    number: string;
    received_at: Instant;
    import: Id | null;
    file_name: string;
    problems: Problem[];
  }[];
  next: string | null;
}
