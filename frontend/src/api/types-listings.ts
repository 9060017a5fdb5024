import type { Schemas } from './types';

export type SuggestedListing = Schemas['SuggestedListing'];
export type SuggestedPage = Schemas['SuggestedList'];
export type Suggestion = Schemas['Suggestion'];
export type LinkPreview = Schemas['LinkPreview'];
export type LinkPlan = Schemas['LinkPlan'];
export type LinkDone = Schemas['LinkDone'];
export type LinkPlanDraft = Schemas['LinkPlanDraft'];
export type ListingInbox = Schemas['ListingInbox'];
export type ListingChange = Schemas['ListingChange'];
export type ProductChange = Schemas['ProductChange'];
export type ProductDone = Schemas['ProductDone'];
export type Merge = Schemas['Merge'];
export type PriceRule = Schemas['PriceRule'];
export type PriceRuleDraft = Schemas['PriceRuleDraft'];
export type PricePreview = Schemas['PricePreview'];
export type PriceChange = Schemas['PriceChange'];
