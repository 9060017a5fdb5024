import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import { useKeyset } from './queries';
import type { Id } from './types';
import type {
  Kit,
  KitPage,
  OrderCosts,
  Purchase,
  PurchaseCharge,
  PurchaseLineWanted,
  PurchasePage,
  ReorderNeeds,
  ReorderRule,
  ReorderRules,
  StockCosts,
  StockValue,
  Supplier,
  SupplierChange,
  SupplierItem,
  SupplierItems,
  SupplierPage,
} from './types-buying';
import { useWrite } from './writes';

const v1 = '/api/v1';

/** What follows when something is bought, or comes in. */
const touched = [keys.buying.all, keys.records.all, keys.runs.all] as const;

export const useSuppliers = () =>
  useQuery({
    queryKey: keys.buying.suppliers,
    queryFn: async () => (await api.get<SupplierPage>(`${v1}/suppliers`)).suppliers,
  });
export const useSupplier = (id: Id) =>
  useQuery({ queryKey: keys.buying.supplier(id), queryFn: () => api.get<Supplier>(`${v1}/suppliers/${id}`) });
export const useSupplierItems = (id: Id) =>
  useQuery({
    queryKey: keys.buying.items(id),
    queryFn: async () => (await api.get<SupplierItems>(`${v1}/suppliers/${id}/items`)).items,
  });
/** Who sells a variant, the one to order from first. */
export const useSuppliersOf = (variant: Id) =>
  useQuery({
    queryKey: keys.buying.suppliersOf(variant),
    queryFn: async () => (await api.get<SupplierItems>(`${v1}/stock/${variant}/suppliers`)).items,
  });
export const useSaveSupplier = () =>
  useWrite(
    ({ id, etag, ...change }: SupplierChange & { id?: Id; etag?: string }) =>
      id
        ? api.patch<Supplier>(`${v1}/suppliers/${id}`, change, { etag })
        : api.post<Supplier>(`${v1}/suppliers`, change),
    touched,
    true,
  );
interface SupplierItemDraft {
  supplier: Id;
  variant: Id;
  code: string;
  pack: string;
  price: string;
  least_packs: number;
  preferred: boolean;
}
export const useSetSupplierItem = () =>
  useWrite(
    ({ supplier, ...item }: SupplierItemDraft) =>
      api.post<SupplierItem>(`${v1}/suppliers/${supplier}/items`, item),
    touched,
    true,
  );
export const useRemoveSupplierItem = () =>
  useWrite(
    ({ supplier, variant }: { supplier: Id; variant: Id }) =>
      api.delete(`${v1}/suppliers/${supplier}/items/${variant}`),
    touched,
  );

export const usePurchases = (state: string, supplier = '') =>
  useKeyset<PurchasePage>(keys.buying.purchases(state, supplier), `${v1}/purchases`, {
    state: state || undefined,
    supplier: supplier || undefined,
  });
export const usePurchase = (id: Id) =>
  useQuery({ queryKey: keys.buying.purchase(id), queryFn: () => api.get<Purchase>(`${v1}/purchases/${id}`) });
export const purchaseHref = (id: Id, format: 'pdf' | 'csv'): string =>
  `${v1}/purchases/${id}/document?format=${format}`;

export const useDraftPurchase = () =>
  useWrite(
    (draft: { supplier: Id; location?: Id; lines: PurchaseLineWanted[] }) =>
      api.post<Purchase>(`${v1}/purchases`, draft),
    touched,
    true,
  );
interface PurchaseChange {
  id: Id;
  etag: string;
  location?: Id;
  expected_at?: string;
  rate?: string;
  note?: string;
  lines?: PurchaseLineWanted[];
}
export const useChangePurchase = () =>
  useWrite(
    ({ id, etag, ...change }: PurchaseChange) =>
      api.patch<Purchase>(`${v1}/purchases/${id}`, change, { etag }),
    touched,
    true,
  );
export const useRemovePurchase = () => useWrite((id: Id) => api.delete(`${v1}/purchases/${id}`), touched);
export type PurchaseStep = 'order' | 'close' | 'cancel' | 'reopen';
export const usePurchaseStep = () =>
  useWrite(
    ({ id, etag, step, reason }: { id: Id; etag: string; step: PurchaseStep; reason?: string }) =>
      api.post<Purchase>(
        `${v1}/purchases/${id}/${step}`,
        step === 'close' || step === 'cancel' ? { reason: reason ?? '' } : {},
        { etag },
      ),
    touched,
  );
interface Arrival {
  id: Id;
  etag: string;
  lines: { line: Id; quantity: string }[];
  charges: PurchaseCharge[];
  at: string;
  rate: string;
  note: string;
  over: boolean;
  start: boolean;
}
export const useReceive = () =>
  useWrite(
    ({ id, etag, ...arrival }: Arrival) =>
      api.post<Purchase>(`${v1}/purchases/${id}/receive`, arrival, { etag }),
    touched,
    true,
  );
export const useUndoReceipt = () =>
  useWrite(
    ({ id, receipt }: { id: Id; receipt: Id }) =>
      api.post<Purchase>(`${v1}/purchases/${id}/receipts/${receipt}/undo`, {}),
    touched,
  );
export const useChargeReceipt = () =>
  useWrite(
    ({ id, receipt, charges }: { id: Id; receipt: Id; charges: PurchaseCharge[] }) =>
      api.post<Purchase>(`${v1}/purchases/${id}/receipts/${receipt}/charges`, { charges }),
    touched,
    true,
  );

export const useReorderNeeds = () =>
  useQuery({
    queryKey: keys.buying.needs,
    queryFn: async () => (await api.get<ReorderNeeds>(`${v1}/reorder/needs`)).needs,
  });
export const useReorderRules = (variant = '') =>
  useQuery({
    queryKey: keys.buying.rules(variant),
    queryFn: async () =>
      (await api.get<ReorderRules>(`${v1}/reorder/rules`, { variant: variant || undefined })).rules,
  });
interface ReorderDraft {
  variant: Id;
  location: Id;
  kind: 'fixed' | 'speed';
  least: string;
  most: string;
  safety_days: number;
  cover_days: number;
}
export const useSetReorderRule = () =>
  useWrite((rule: ReorderDraft) => api.post<ReorderRule>(`${v1}/reorder/rules`, rule), touched, true);
export const useRemoveReorderRule = () =>
  useWrite(
    ({ variant, location }: { variant: Id; location: Id }) =>
      api.delete(`${v1}/reorder/rules/${variant}/${location}`),
    touched,
  );
export const useDraftReorders = () =>
  useWrite(
    (supplier: Id) => api.post<PurchasePage>(`${v1}/reorder/drafts`, supplier ? { supplier } : {}),
    touched,
  );

/** What a variant's goods cost, layer by layer. */
export const useStockCosts = (id: Id) =>
  useQuery({
    queryKey: keys.records.stock(id, 'costs'),
    queryFn: () => api.get<StockCosts>(`${v1}/stock/${id}/costs`),
  });
/** What all stock cost; at "" is now. */
export const useStockValue = (at: string) =>
  useQuery({
    queryKey: keys.buying.value(at),
    queryFn: () => api.get<StockValue>(`${v1}/stock/value`, { at: at || undefined, limit: 1000 }),
    placeholderData: (before) => before,
  });
export const useOrderCosts = (id: Id) =>
  useQuery({
    queryKey: [...keys.orders.page(id), 'costs'],
    queryFn: () => api.get<OrderCosts>(`${v1}/orders/${id}/costs`),
  });

export const useKits = () =>
  useQuery({
    queryKey: keys.buying.kits,
    queryFn: async () => (await api.get<KitPage>(`${v1}/kits`)).kits,
  });
export const useKit = (id: Id) =>
  useQuery({ queryKey: keys.buying.kit(id), queryFn: () => api.get<Kit>(`${v1}/kits/${id}`) });
export const useDefineKit = () =>
  useWrite(
    ({ id, ...kit }: { id: Id; kind: string; components: { variant: Id; quantity: string }[] }) =>
      api.post(`${v1}/stock/${id}/kit`, kit),
    touched,
    true,
  );
export const useAssemble = () =>
  useWrite(
    ({ id, ...made }: { id: Id; quantity: string; location: string; start: boolean }) =>
      api.post<Kit>(`${v1}/kits/${id}/assemblies`, made),
    touched,
    true,
  );
export const useUndoAssembly = () =>
  useWrite(
    ({ id, assembly }: { id: Id; assembly: Id }) =>
      api.post<Kit>(`${v1}/kits/${id}/assemblies/${assembly}/undo`, {}),
    touched,
  );
