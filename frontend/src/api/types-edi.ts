import type { Schemas } from './types';

export type EdiLook = Schemas['EdiLook'];
export type EdiSegment = Schemas['ExplainedSegment'];
export type EdiElement = Schemas['ExplainedElement'];
export type EdiError = EdiSegment['errors'][number];
export type EdiDocument = Schemas['EdiDocument'];
export type EdiDetail = Schemas['EdiDetail'];
export type EdiWaiting = Schemas['EdiWaiting'];
export type EdiPartner = Schemas['EdiPartner'];
export type EdiPartnerChange = Schemas['EdiPartnerChange'];
export type EdiAnswer = Schemas['EdiAnswer'];
export type EdiAnswerDraft = Schemas['EdiAnswerDraft'];
export type EdiProgress = Schemas['Progress'];
export type EdiShipment = Schemas['EdiShipment'];
