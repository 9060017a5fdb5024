import type { Schemas } from './types';

export type ExportTemplate = Schemas['ExportTemplate'];
export type Template = Schemas['Template'];
export type TemplateColumn = Schemas['TemplateColumn'];
export type TemplateStyle = Schemas['TemplateStyle'];
export type ExportField = Schemas['ExportField'];
export type ExportDraft = Schemas['ExportDraft'];
export type ExportPreview = Schemas['ExportPreview'];
export type ExportIssue = Schemas['ExportIssue'];
export type ExportRun = Schemas['Export'];
export type ExportRunPage = Schemas['ExportList'];
