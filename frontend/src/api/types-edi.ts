import type { Schemas } from './types';

export type EdiLook = Schemas['EdiLook'];
export type EdiSegment = Schemas['ExplainedSegment'];
export type EdiElement = Schemas['ExplainedElement'];
export type EdiDocument = Schemas['DocumentSummary'];
export type EdiError = EdiSegment['errors'][number];
