import type { Schemas } from './types';

export type Drift = Schemas['Drift'];
export type DriftPage = Schemas['DriftList'];
export type DriftRepair = Schemas['DriftRepair'];
export type DriftTaken = Schemas['DriftTaken'];
export type DriftChecked = Schemas['DriftChecked'];
export type DriftSchedule = Schemas['DriftSchedule'];
export type Oversold = Schemas['OversoldList'];
export type OversoldLine = Schemas['OversoldLine'];
export type OversoldRemedy = Schemas['OversoldRemedy'];
export type OversoldDone = Schemas['OversoldDone'];
export type StockEdit = Schemas['StockEdit'];
export type StockEditsPlan = Schemas['StockEditsPlan'];
export type PlannedStockEdit = Schemas['PlannedStockEdit'];
export type StockEditsDone = Schemas['StockEditsDone'];
