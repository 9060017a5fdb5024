export { QuarantinePage } from './QuarantinePage';
