export { ExportPage } from './ExportPage';
export { ExportsPage } from './ExportsPage';
