export { ApiError, type ProblemDetail, withQuery } from './client';
export { followChanges } from './events';
export { keys } from './keys';
export * from './queries';
export type * from './types';
export type * from './types-imports';
export type * from './types-orders';
export type * from './types-work';
export * from './writes';
