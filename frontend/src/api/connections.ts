import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { Id } from './types';
import type {
  Connection,
  ConnectionDraft,
  ConnectionsView,
  ConnectionTrial,
  ConnectionView,
  StreamName,
  Sync,
  SyncChange,
  SyncRequest,
  SyncResult,
} from './types-connections';
import { useWrite } from './writes';

const path = '/api/v1/connections';
const stale = [keys.connections.all, keys.runs.all, keys.home];

export const useConnections = () =>
  useQuery({
    queryKey: keys.connections.list,
    queryFn: () => api.get<ConnectionsView>('/api/view/connections'),
    refetchInterval: 20_000,
  });
export const useConnection = (id: Id, days: number) =>
  useQuery({
    queryKey: keys.connections.one(id, days),
    queryFn: () => api.get<ConnectionView>(`/api/view/connection/${id}`, { days }),
    placeholderData: (before) => before,
    refetchInterval: 20_000,
    retry: false,
  });

/** Whose account settings open; keeps nothing. */
export const useTryConnection = () =>
  useWrite((draft: ConnectionDraft) => api.post<ConnectionTrial>(`${path}/try`, draft), [], true);
export const useConnect = () =>
  useWrite((draft: ConnectionDraft) => api.post<Connection>(path, draft), [...stale, keys.channels], true);
export const useSaveConnection = () =>
  useWrite(
    ({ id, etag, ...draft }: ConnectionDraft & { id: Id; etag?: string }) =>
      api.put<Connection>(`${path}/${id}`, draft, { etag }),
    stale,
    true,
  );
export const useRemoveConnection = () => useWrite((id: Id) => api.delete<void>(`${path}/${id}`), stale);
export const useConnectionStep = () =>
  useWrite(
    ({ id, step }: { id: Id; step: 'check' | 'pause' | 'resume' }) =>
      api.post<Connection>(`${path}/${id}/${step}`),
    stale,
  );
export const useSaveSync = () =>
  useWrite(
    ({ id, stream, etag, ...change }: SyncChange & { id: Id; stream: StreamName; etag?: string }) =>
      api.patch<Sync>(`${path}/${id}/syncs/${stream}`, change, { etag }),
    stale,
  );
/** Begins a look and does not wait for its end. */
export const useLook = () =>
  useWrite(
    ({ id, ...request }: SyncRequest & { id: Id }) => api.post<SyncResult>(`${path}/${id}/sync`, request),
    [...stale, keys.orders.all],
  );
/** Says what the first look at orders would do, over so many pages of the vendor, and keeps nothing. */
export const usePlanLook = () =>
  useWrite(
    ({ id, pages }: { id: Id; pages: number }) =>
      api.post<SyncResult>(`${path}/${id}/sync`, { stream: 'orders', plan: true, pages }),
    [],
    true,
  );
