export { CustomersPage } from './Customers';
export { ProductsPage } from './Products';
