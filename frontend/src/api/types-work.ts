import type { Schemas } from './types';

export type Run = Schemas['Run'];
export type RunPage = Schemas['RunList'];
export type RunState = Run['state'];

export type Watch = Schemas['Watch'];
export type WatchRequest = Schemas['WatchDraft'];
export type SchedulePreview = Schemas['SchedulePreview'];

export type Backup = Schemas['Backup'];
export type Doctor = Schemas['Doctor'];

export type FrameView = Schemas['Frame'];
export type HomeView = Schemas['Home'];
export type DailyView = Schemas['DailyView'];
export type SearchGroup = Schemas['SearchGroup'];
