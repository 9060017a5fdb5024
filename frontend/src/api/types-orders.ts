import type { Schemas } from './types';

export type OrderRow = Schemas['OrderRow'];
export type OrderRowPage = Schemas['RowList'];
export type OrderCounts = Schemas['OrderCounts'];
export type Order = Schemas['Order'];
export type OrderLine = Schemas['OrderLine'];
export type OrderPage = Schemas['OrderView'];
export type OrderPerson = Schemas['OrderPerson'];
export type OrderParcel = Schemas['OrderParcel'];
export type TimelineEntry = Schemas['TimelineEntry'];

/** The filter of the orders list as it stands in an address: all text. */
export interface OrderFilter {
  channel?: string;
  status?: string;
  search?: string;
  tag?: string;
  unlinked?: 'true';
  placed_from?: string;
  placed_to?: string;
}

/** A bulk change of chosen orders, or of all that a filter finds. */
export type BulkRequest = Omit<Schemas['BulkDraft'], 'filter'> & { filter?: OrderFilter };
export type BulkAction = BulkRequest['action'];
export type BulkPlan = Schemas['BulkPlan'];
export type BulkDone = Schemas['BulkDone'];

export type Variant = Schemas['Variant'];
export type Listing = Schemas['Listing'];
export type ListingPage = Schemas['ListingList'];

/** A saved view's filter is kept as the page gave it: the words of an address. */
export type SavedView = Omit<Schemas['SavedView'], 'filter'> & { filter: Record<string, string> };
