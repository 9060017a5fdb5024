export { ImportDrop } from './intake/ImportDrop';
export { ImportsPage } from './list/ImportsPage';
export { MappingPage } from './mapping/MappingPage';
export { ImportPage } from './plan/ImportPage';
export { LayoutsPage } from './profiles/LayoutsPage';
