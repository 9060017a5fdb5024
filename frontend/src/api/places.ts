import { useQuery } from '@tanstack/react-query';
import { api, withQuery } from './client';
import { keys } from './keys';
import { useKeyset } from './queries';
import type { components } from './schema.gen';
import type { Id } from './types';
import { useWrite } from './writes';

type Schemas = components['schemas'];
export type Location = Schemas['Location'];
type LocationAddress = Schemas['LocationAddress'];
type LocationPlace = Schemas['LocationPlace'];
export type Transfer = Schemas['Transfer'];
type TransferDraft = Schemas['TransferDraft'];
export type Stocktake = Schemas['Stocktake'];
export type StocktakeReport = Schemas['StocktakeReport'];
export type StocktakeLine = Schemas['StocktakeLine'];
export type CountRow = Schemas['CountRow'];
type OrderRoute = Schemas['OrderRoute'];
type TransferStepped = Schemas['TransferStepped'];

const v1 = '/api/v1';
const all = [keys.records.all];

interface LocationDraft {
  name?: string;
  rank?: number;
  active?: boolean;
  move_to?: string;
  default?: boolean;
  address?: LocationAddress;
  serves?: string[];
  places?: LocationPlace[];
}
export const useAddLocation = () =>
  useWrite((draft: LocationDraft) => api.post<Location>(`${v1}/locations`, draft), all, true);
export const useSaveLocation = () =>
  useWrite(
    ({ id, etag, ...change }: LocationDraft & { id: Id; etag: string }) =>
      api.patch<Schemas['LocationChanged']>(`${v1}/locations/${id}`, change, { etag }),
    all,
    true,
  );

/** Transfers, newest first. */
export const useTransfers = () =>
  useKeyset<Schemas['TransferList']>(keys.records.list('transfers', ''), `${v1}/transfers`, {});
export const useTransfer = (id: Id) =>
  useQuery({
    queryKey: keys.records.stock(id, 'transfer'),
    queryFn: () => api.get<Transfer>(`${v1}/transfers/${id}`),
  });
/** Puts a transfer together, and sends it if asked to; goods kept for orders go along only with anyway. */
export const useMakeTransfer = () =>
  useWrite(
    async ({ send, ...draft }: TransferDraft & { send: boolean }) => {
      const made = await api.post<Transfer>(`${v1}/transfers`, draft);
      if (send) await api.post<TransferStepped>(`${v1}/transfers/${made.id}/send`, {}, { etag: made.etag });
      return made;
    },
    all,
    true,
  );
interface TransferStep {
  id: Id;
  etag: string;
  step: 'send' | 'receive' | 'cancel';
  body?: object;
}
export const useStepTransfer = () =>
  useWrite(
    ({ id, etag, step, body }: TransferStep) =>
      api.post<TransferStepped>(
        `${v1}/transfers/${id}/${step}`,
        step === 'cancel' ? undefined : (body ?? {}),
        {
          etag,
        },
      ),
    all,
    true,
  );

/** Stocktakes, newest first. */
export const useStocktakes = () =>
  useKeyset<Schemas['StocktakeList']>(keys.records.list('stocktakes', ''), `${v1}/stocktakes`, {});
export const useStocktake = (id: Id) =>
  useQuery({
    queryKey: keys.records.stock(id, 'stocktake'),
    queryFn: () => api.get<StocktakeReport>(`${v1}/stocktakes/${id}`),
  });
export const useStocktakeLines = (id: Id, which: string) =>
  useKeyset<Schemas['StocktakeLines']>(
    keys.records.stock(id, `stocktake-lines-${which}`),
    `${v1}/stocktakes/${id}/lines`,
    { which },
  );
export const useCountRows = (id: Id, unknown: boolean) =>
  useKeyset<Schemas['CountRowList']>(
    keys.records.stock(id, `count-rows-${unknown}`),
    `${v1}/stocktakes/${id}/rows`,
    { unknown: unknown || undefined },
  );
interface StocktakeDraft {
  name?: string;
  location?: string;
  prefix?: string;
  never_counted?: boolean;
  blind?: boolean;
}
export const useStartStocktake = () =>
  useWrite((draft: StocktakeDraft) => api.post<Stocktake>(`${v1}/stocktakes`, draft), all, true);
interface CodeCount {
  id: Id;
  code: string;
  quantity: string;
  counter: string;
}
export const useCountCode = () =>
  useWrite(
    ({ id, ...row }: CodeCount) => api.post<Schemas['CodeCounted']>(`${v1}/stocktakes/${id}/rows`, row),
    all,
    true,
  );
export const useRemoveRow = () =>
  useWrite(({ id, row }: { id: Id; row: Id }) => api.delete<void>(`${v1}/stocktakes/${id}/rows/${row}`), all);
export const useNameRow = () =>
  useWrite(
    ({ id, row, variant }: { id: Id; row: Id; variant: Id }) =>
      api.post<Stocktake>(`${v1}/stocktakes/${id}/rows/${row}/name`, { variant }),
    all,
  );
export const useImportCounts = () =>
  useWrite(
    async ({ id, file, counter }: { id: Id; file: File; counter: string }) => {
      const kept = await api.upload<{ id: Id }>(`${v1}/files`, file, { name: file.name });
      return api.post<Schemas['FileCounted']>(`${v1}/stocktakes/${id}/import`, { file: kept.id, counter });
    },
    all,
    true,
  );
export const useCloseStocktake = () =>
  useWrite(
    ({ id, etag, missing }: { id: Id; etag: string; missing: string }) =>
      api.post<Schemas['StocktakeClosed']>(`${v1}/stocktakes/${id}/close`, { missing }, { etag }),
    [keys.records.all, keys.runs.all],
    true,
  );
export const useDiscardStocktake = () =>
  useWrite(
    ({ id, etag }: { id: Id; etag: string }) =>
      api.post<Stocktake>(`${v1}/stocktakes/${id}/discard`, undefined, { etag }),
    all,
  );
/** Where a sheet to count on can be fetched. */
export const sheetHref = (id: Id, as: 'pdf' | 'csv'): string =>
  withQuery(`${v1}/stocktakes/${id}/sheet`, { as });

/** Where an order is sent from, and why. */
export const useOrderRoute = (id: Id) =>
  useQuery({
    queryKey: [...keys.orders.page(id), 'route'],
    queryFn: () => api.get<OrderRoute>(`${v1}/orders/${id}/route`),
  });
export const useRouteOrder = () =>
  useWrite(
    ({ id, location }: { id: Id; location: string }) =>
      api.post<Schemas['OrderRouted']>(`${v1}/orders/${id}/route`, { location }),
    [keys.orders.all, keys.records.all],
  );
