export { VariantPage } from './VariantPage';
