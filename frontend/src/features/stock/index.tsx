export { DriftPage } from './DriftPage';
export { OversoldPage } from './OversoldPage';
export { StockPage } from './StockPage';
export { VariantPage } from './VariantPage';
