export { OrdersPage } from './list/OrdersPage';
export { OrderPage } from './page/OrderPage';
