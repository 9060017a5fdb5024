/**
 * The API as this page reads it: names for the schemas of docs/openapi.json (`make types` generates
 * schema.gen.ts). Amounts are decimal strings, null where the source states none; instants are RFC 3339
 * UTC strings.
 */
import type { components } from './schema.gen';

export type Schemas = components['schemas'];
export type Id = string;

export type Problem = Schemas['Problem'];
export type About = Schemas['About'];
export type Settings = Schemas['Settings'];
export type Density = Settings['density'];
export type Channel = Schemas['Channel'];
export type ChannelKind = Channel['kind'];
export type ChannelDraft = Schemas['ChannelDraft'];
export type ChannelChange = Schemas['Change-channelRequest'];

/** How well something is, always shown with an icon and words. */
export type Health = Schemas['Health']['state'];
