import type { Amount, ChannelKind, Id, Instant } from './types';
import type { FieldChange } from './types-imports';

export type Stage = 'to_ship' | 'shipped' | 'cancelled' | 'open';
export type Precision = 'instant' | 'minute' | 'day' | string;

/** The filter of the orders list, as the query of /orders, /view/orders and a bulk plan. */
export interface OrderFilter {
  channel?: string;
  status?: string;
  search?: string;
  tag?: string;
  unlinked?: 'true';
  placed_from?: string;
  placed_to?: string;
}

export interface OrderRow {
  id: Id;
  number: string;
  channel: string;
  kind: ChannelKind;
  placed_at: Instant | null;
  placed_precision: Precision;
  buyer: string;
  items: string;
  total: Amount | null;
  computed_total: Amount | null;
  currency: string;
  financial_status: string;
  fulfillment_status: string;
  stage: Stage;
  held: boolean;
  ship_by: Instant | null;
  tags: string[];
  unlinked: number;
}

export interface OrderCounts {
  all: number;
  to_ship: number;
  late: number;
  held: number;
  unlinked: number;
  cancelled: number;
  channels: { name: string; kind: ChannelKind; count: number }[];
  tags: { tag: string; count: number }[];
}

export interface OrderLine {
  id: Id;
  external_id: string;
  sku: string;
  title: string;
  quantity: number | string;
  uom: string;
  unit_price: Amount | null;
  total: Amount | null;
  listing: Id | null;
  linked_sku: string | null;
}

export interface Order {
  id: Id;
  etag: string;
  number: string;
  channel: string;
  external_id: string;
  placed_at: Instant | null;
  placed_precision: Precision;
  zone_source: string;
  currency: string;
  subtotal: Amount | null;
  shipping: Amount | null;
  tax: Amount | null;
  discount: Amount | null;
  total: Amount | null;
  financial_status: string;
  fulfillment_status: string;
  stage: Stage;
  held: boolean;
  tags: string[];
  ship_by: Instant | null;
  buyer: { name: string; email: string };
  ship_to: {
    name: string;
    line1: string;
    line2: string;
    city: string;
    region: string;
    postal_code: string;
    country: string;
  } | null;
  lines: OrderLine[];
  computed: { subtotal: Amount | null; shipping: Amount | null; tax: Amount | null; total: Amount | null };
}

export interface OrderPerson {
  role: string;
  name: string;
  company: string;
  email: string;
  phone: string;
  line1: string;
  line2: string;
  line3: string;
  city: string;
  region: string;
  postal_code: string;
  country: string;
  note: string;
}

export interface TimelineEntry {
  id: Id;
  at: Instant;
  kind: 'created' | 'changed' | 'removed' | 'undone' | 'linked' | 'tagged' | 'held';
  title: string;
  cause: { kind: string; id: Id; words: string } | null;
  message: Id | null;
  changes: FieldChange[];
}

export interface OrderPage {
  order: Order;
  people: OrderPerson[];
  money: {
    rows: { label: string; amount: Amount | null; stated: boolean }[];
    total: Amount | null;
    refunded: Amount | null;
    outstanding: Amount | null;
    rounding: Amount | null;
  };
  details: {
    shipping_method: string;
    payment_method: string;
    discount_code: string;
    source: string;
    risk: string;
    paid_at: Instant | null;
    fulfilled_at: Instant | null;
    cancelled_at: Instant | null;
  };
  timeline: TimelineEntry[];
  previous: Id | null;
  next: Id | null;
}

export type BulkAction = 'tag' | 'untag' | 'hold' | 'release';
export interface BulkRequest {
  action: BulkAction;
  value: string;
  ids?: Id[];
  filter?: OrderFilter;
}
export interface BulkPlan {
  plan: Id;
  matching: number;
  changes: number;
  skipped: { reason: string; count: number }[];
}

export interface Variant {
  id: Id;
  sku: string;
  title: string;
}
export interface Listing {
  id: Id;
  channel: string;
  sku: string;
  title: string;
  orders: number;
  variant: Variant | null;
  suggestion: Variant | null;
}

export interface SavedView {
  id: Id;
  etag: string;
  page: string;
  name: string;
  filter: Record<string, string>;
  pinned: boolean;
  position: number;
}
