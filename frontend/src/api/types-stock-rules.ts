import type { Schemas } from './types';

export type StockRule = Schemas['StockRule'];
export type StockRuleScope = StockRule['scope'];
export type StockRuleDraft = Schemas['StockRuleDraft'];
export type StockRulePreview = Schemas['StockRulePreview'];
export type RuledListing = Schemas['RuledListing'];
export type StockSimulation = Schemas['StockSimulation'];
export type Replayed = Schemas['Replayed'];
export type OfferStep = Schemas['OfferStep'];
export type MasterWord = Schemas['MasterWord'];
