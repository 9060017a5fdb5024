export { EdiPage } from './EdiPage';
