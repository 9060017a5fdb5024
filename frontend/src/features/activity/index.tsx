export { ActivityPage } from './ActivityPage';
export { RunPage } from './RunPage';
