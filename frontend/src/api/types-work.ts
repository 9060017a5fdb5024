import type { Schemas } from './types';

export type Run = Schemas['Run'];
export type RunPage = Schemas['RunList'];
export type RunState = Run['state'];

export type Schedule = Schemas['Schedule'];
export type ScheduleKind = Schedule['kind'];
export type ScheduleJob = Schemas['ScheduleJob'];
export type ScheduleDraft = Schemas['ScheduleDraft'];
export type ScheduleChange = Schemas['ScheduleChange'];
export type ScheduleWords = Schemas['ScheduleWords'];
export type Calendar = Schemas['Calendar'];
export type CalendarEntry = Schemas['CalendarEntry'];
export type Delivery = Schemas['Delivery'];
export type Server = Schemas['Server'];
export type ServerDraft = Schemas['ServerDraft'];
export type Secrets = Schemas['Secrets'];

export type Backup = Schemas['Backup'];
export type Doctor = Schemas['Doctor'];

export type FrameView = Schemas['Frame'];
export type HomeView = Schemas['Home'];
export type DailyView = Schemas['DailyView'];
export type SearchGroup = Schemas['SearchGroup'];
