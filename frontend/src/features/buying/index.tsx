export { KitPage } from './KitPage';
export { KitsPage } from './KitsPage';
export { PurchasePage } from './PurchasePage';
export { PurchasesPage } from './PurchasesPage';
export { SupplierPage } from './SupplierPage';
