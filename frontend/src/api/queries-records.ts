import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import { useKeyset } from './queries';
import type { Id } from './types';
import type {
  CustomerPage,
  ProductPage,
  StockCourse,
  StockEntryPage,
  StockLocations,
  StockOne,
  StockPage,
  StockWritten,
} from './types-records';
import { useWrite } from './writes';

const v1 = '/api/v1';

/** What files and channels brought beside orders; q narrows by what people look for. */
export const useProducts = (q: string) =>
  useKeyset<ProductPage>(keys.records.list('products', q), `${v1}/products`, { q });
export const useCustomers = (q: string) =>
  useKeyset<CustomerPage>(keys.records.list('customers', q), `${v1}/customers`, { q });
export const useStock = (q: string) =>
  useKeyset<StockPage>(keys.records.list('stock', q), `${v1}/stock`, { q });

/** How one variant stands, and why. */
export const useStockOne = (id: Id) =>
  useQuery({
    queryKey: keys.records.stock(id, 'one'),
    queryFn: () => api.get<StockOne>(`${v1}/stock/${id}`, { explain: true }),
  });
/** Its ledger, newest first. */
export const useStockEntries = (id: Id) =>
  useKeyset<StockEntryPage>(keys.records.stock(id, 'entries'), `${v1}/stock/${id}/entries`, {});
/** How it stood over time, at the end of equal parts of it. */
export const useStockCourse = (id: Id) =>
  useQuery({
    queryKey: keys.records.stock(id, 'course'),
    queryFn: async () => (await api.get<StockCourse>(`/api/view/stock/${id}/course`)).points,
  });
export const useLocations = () =>
  useQuery({
    queryKey: keys.records.locations,
    queryFn: async () => (await api.get<StockLocations>(`${v1}/locations`)).locations,
  });

interface CountDraft {
  id: Id;
  etag: string;
  on_hand: string;
  location: string;
}
export const useCountStock = () =>
  useWrite(
    ({ id, etag, ...count }: CountDraft) =>
      api.post<StockWritten>(`${v1}/stock/${id}/count`, count, { etag }),
    [keys.records.all],
    true,
  );
interface AdjustmentDraft {
  id: Id;
  etag: string;
  by: string;
  reason: string;
  location: string;
}
export const useAdjustStock = () =>
  useWrite(
    ({ id, etag, ...adjustment }: AdjustmentDraft) =>
      api.post<StockWritten>(`${v1}/stock/${id}/adjustments`, adjustment, { etag }),
    [keys.records.all],
    true,
  );
