export { ListingsPage } from './ListingsPage';
export { PriceRulesPage } from './PriceRulesPage';
