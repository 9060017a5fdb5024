export { ImportDrop } from './intake/ImportDrop';
export { ImportsPage } from './list/ImportsPage';
export { ImportPage } from './plan/ImportPage';
