export { CustomersPage } from './Customers';
export { ProductsPage } from './Products';
export { StockPage } from './Stock';
