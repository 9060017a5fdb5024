import { keys } from './keys';
import { useKeyset } from './queries';
import type { CustomerPage, ProductPage, StockPage } from './types-records';

const v1 = '/api/v1';

/** What files and channels brought beside orders; q narrows by what people look for. */
export const useProducts = (q: string) =>
  useKeyset<ProductPage>(keys.records.list('products', q), `${v1}/products`, { q });
export const useCustomers = (q: string) =>
  useKeyset<CustomerPage>(keys.records.list('customers', q), `${v1}/customers`, { q });
export const useStock = (q: string) =>
  useKeyset<StockPage>(keys.records.list('stock', q), `${v1}/stock`, { q });
