import type { Schemas } from './types';

export type KeptFile = Schemas['File'];
export type FileFormat = Schemas['Info'];

export type ImportBatch = Schemas['Import'];
export type ImportMode = ImportBatch['mode'];
export type ImportState = ImportBatch['state'];
export type ImportRequest = Schemas['ImportDraft'];
export type DateOrder = NonNullable<ImportRequest['date_order']>;
export type ImportRecord = Schemas['ImportRecord'];
/** What the records of a plan can be asked for: their verdicts, those with a warning, those that went back into it. */
export type Verdict = ImportRecord['verdict'] | 'warning' | 'returned';
export type RecordKind = ImportBatch['kind'];
export type RecordPage = Schemas['RecordList'];
export type ImportPage = Schemas['ImportList'];

export type FieldChange = Schemas['FieldChange'];
export type UndoPreview = Schemas['UndoPlan'];
export type Message = Schemas['Message'];
export type QuarantinePage = Schemas['QuarantineList'];
export type RetryDone = Schemas['RetryDone'];

export type Inspection = Schemas['Inspection'];
export type InspectedColumn = Schemas['InspectedField'];
export type Mapping = Schemas['Profile'];
export type KeptProfile = Schemas['KeptProfile'];
export type MappingPreview = Schemas['MappingPreview'];
export type PreviewRecord = Schemas['PreviewRecord'];
export type FieldList = Schemas['FieldList'];
export type FieldInfo = Schemas['FieldInfo'];
export type Edit = Schemas['Edit'];
export type EditDraft = Schemas['EditDraft'];
export type RecordRows = Schemas['RecordRows'];
