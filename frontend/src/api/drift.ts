import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import { useKeyset } from './queries';
import type { Id } from './types';
import type {
  DriftChecked,
  DriftPage,
  DriftRepair,
  DriftSchedule,
  DriftTaken,
  Oversold,
  OversoldDone,
  OversoldRemedy,
  StockEdit,
  StockEditsDone,
  StockEditsPlan,
} from './types-drift';
import { useWrite } from './writes';

const path = '/api/v1/drift';
const stale = [keys.records.all, keys.plans.all, keys.connections.all, keys.home];

export interface DriftFilter {
  channel?: Id;
  class?: string;
  mover?: string;
  q?: string;
}
/** How listings stand at their channels; the filter narrows the rows, not the counts. */
export const useDrift = (filter: DriftFilter) =>
  useKeyset<DriftPage>(keys.records.drift(filter), path, filter);
/** Only the counts: for the way there. */
export const useDriftCounts = () =>
  useQuery({
    queryKey: keys.records.drift({ counts: true }),
    queryFn: async () => (await api.get<DriftPage>(path, { limit: 1, class: 'moved' })).counts,
    staleTime: 30_000,
  });
export const useCheckDrift = () =>
  useWrite((channel: Id | '') => api.post<DriftChecked>(`${path}/check`, { channel }), stale);
export const useRepairDrift = () =>
  useWrite(
    (scope: { listings?: Id[]; channel?: Id; class?: string }) =>
      api.post<DriftRepair>(`${path}/repair`, scope),
    stale,
  );
export const useTakeDrift = () =>
  useWrite(
    (taking: { id: Id; live: string; location?: string }) => api.post<DriftTaken>(`${path}/take`, taking),
    stale,
    true,
  );
export const useDriftSchedule = () =>
  useWrite(
    ({ etag, ...change }: { etag: string; paused?: boolean; when?: string }) =>
      api.patch<DriftSchedule>(`${path}/schedule`, change, { etag }),
    [keys.records.all],
  );

/** Order lines that wait for what is not there. */
export const useOversold = () =>
  useQuery({
    queryKey: keys.records.oversold,
    queryFn: () => api.get<Oversold>('/api/v1/stock/oversold', { limit: 500 }),
  });
/** What the pages around stock mark on each other: how many listings drift, and how many orders are oversold. */
export function useStockMarks() {
  const drift = useDriftCounts().data;
  const orders = useOversold().data?.orders;
  return {
    drift: {
      count: drift && drift.moved + drift.not_stuck + drift.changed + drift.not_pushed + drift.unplaced,
      state: drift && drift.moved + drift.not_stuck + drift.changed > 0 ? ('late' as const) : undefined,
    },
    oversold: { count: orders, state: orders ? ('needs_you' as const) : undefined },
  };
}
export const useRemedy = () =>
  useWrite(
    ({ line, ...remedy }: { line: Id; kind: OversoldRemedy['kind']; variant: Id; location?: string }) =>
      api.post<OversoldDone>(`/api/v1/stock/oversold/${line}/remedy`, remedy),
    [...stale, keys.orders.all],
  );

export interface StockBatch {
  edits: StockEdit[];
  reason: string;
}
const edits = '/api/v1/stock/edits';
export const usePlanEdits = () =>
  useWrite((batch: StockBatch) => api.post<StockEditsPlan>(`${edits}/plan`, batch), [], true);
export const useApplyEdits = () =>
  useWrite((batch: StockBatch) => api.post<StockEditsDone>(edits, batch), [keys.records.all], true);
