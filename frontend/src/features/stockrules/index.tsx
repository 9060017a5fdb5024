export { RulesPage as StockRulesPage } from './RulesPage';
