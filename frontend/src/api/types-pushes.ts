import type { Schemas } from './types';

export type PushPlan = Schemas['PushPlan'];
export type PlanWhole = Schemas['PlanWhole'];
export type PushIntent = Schemas['PushIntent'];
export type PushAttempt = Schemas['PushAttempt'];
export type IntentWhole = Schemas['IntentWhole'];
export type OrderPush = Schemas['OrderPush'];
export type OrderWrite = Schemas['OrderWrite'];
export type OrderPushed = Schemas['OrderPushed'];
