import type { SuggestedListing, Suggestion } from '@/api';

/** By what people know a listing: its SKU, else its title. */
export const nameOf = (listing: { sku: string; title: string }): string => listing.sku || listing.title;

export const stateOf: Record<Suggestion['sure'], 'fine' | 'waiting' | 'quiet'> = {
  exact: 'fine',
  likely: 'waiting',
  possible: 'quiet',
};

/** The suggestion that Enter takes: none where it is only one of several that may be. */
export const bestOf = (listing: SuggestedListing | undefined): Suggestion | undefined =>
  listing?.suggestions[0];
