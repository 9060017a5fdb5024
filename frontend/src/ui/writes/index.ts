export { PlanNumbers } from './PlanNumbers';
export * from './Writes';
export * from './words';
