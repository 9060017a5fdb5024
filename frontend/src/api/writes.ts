import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import { useSettings } from './queries';
import type { Channel, ChannelChange, ChannelDraft, Id, Settings } from './types';
import type { ImportBatch, ImportRequest, KeptFile, RetryDone } from './types-imports';
import type { BulkDone, BulkPlan, BulkRequest, OrderFilter, SavedView } from './types-orders';
import type {
  Backup,
  Delivery,
  Run,
  Schedule,
  ScheduleChange,
  ScheduleDraft,
  Secrets,
  Server,
  ServerDraft,
} from './types-work';

const v1 = '/api/v1';

/**
 * A write and the queries it makes stale. The change event says the same a moment later; this only makes
 * the own window answer at once.
 */
export function useWrite<In, Out>(
  run: (input: In) => Promise<Out>,
  stale: readonly QueryKey[],
  /** The caller shows every problem in its place: no message is to pop up. */
  shown = false,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    meta: { shown },
    onSettled: async () => {
      for (const queryKey of [...stale, keys.frame]) void client.invalidateQueries({ queryKey });
    },
  });
}

type WithId<T> = T & { id: Id; etag?: string };

export const useSaveSettings = () =>
  useWrite(
    ({ etag, ...change }: Partial<Settings>) => api.patch<Settings>(`${v1}/settings`, change, { etag }),
    [keys.settings],
  );
/** How high the rows of lists are, and how to change it. */
export function useRowDensity() {
  const settings = useSettings().data;
  const save = useSaveSettings();
  return {
    density: settings?.density ?? ('compact' as const),
    onDensity: (density: Settings['density']) => save.mutate({ density, etag: settings?.etag }),
  };
}
export const useAddChannel = () =>
  useWrite((channel: ChannelDraft) => api.post<Channel>(`${v1}/channels`, channel), [keys.channels]);
export const useSaveChannel = () =>
  useWrite(
    ({ id, etag, ...change }: WithId<ChannelChange>) =>
      api.patch<Channel>(`${v1}/channels/${id}`, change, { etag }),
    [keys.channels, keys.orders.all, keys.home],
  );

export const useUploadFile = () =>
  useWrite((file: File) => api.upload<KeptFile>(`${v1}/files`, file, { name: file.name }), []);
export const useTakeFilePath = () =>
  useWrite((path: string) => api.post<KeptFile>(`${v1}/files/path`, { path }), []);
export const usePlanImport = () =>
  useWrite(
    (request: ImportRequest) => api.post<ImportBatch>(`${v1}/imports`, request),
    [keys.imports.all, keys.profiles],
  );
const importStep = (step: 'apply' | 'cancel' | 'undo') => () =>
  useWrite(
    (id: Id) => api.post<ImportBatch>(`${v1}/imports/${id}/${step}`),
    [keys.imports.all, keys.orders.all, keys.records.all, keys.runs.all, keys.home],
  );
export const useApplyImport = importStep('apply');
export const useCancelImport = importStep('cancel');
export const useUndoImport = importStep('undo');
export const useDiscardImport = () =>
  useWrite((id: Id) => api.delete<void>(`${v1}/imports/${id}`), [keys.imports.all]);

export const useRetryQuarantine = () =>
  useWrite(
    (what: { ids: Id[] } | { all: true }) => api.post<RetryDone>(`${v1}/quarantine/retry`, what),
    [keys.quarantine, keys.orders.all, keys.runs.all, keys.home],
  );
export const useDismissQuarantine = () =>
  useWrite((ids: Id[]) => api.post<void>(`${v1}/quarantine/dismiss`, { ids }), [keys.quarantine, keys.home]);

export const useAddSchedule = () =>
  useWrite(
    (draft: ScheduleDraft) => api.post<Schedule>(`${v1}/schedules`, draft),
    [keys.schedules, keys.home],
  );
export const useSaveSchedule = () =>
  useWrite(
    ({ id, etag, ...change }: WithId<ScheduleChange>) =>
      api.patch<Schedule>(`${v1}/schedules/${id}`, change, { etag }),
    [keys.schedules, keys.home],
  );
export const useDeleteSchedule = () =>
  useWrite((id: Id) => api.delete<void>(`${v1}/schedules/${id}`), [keys.schedules, keys.home]);
export const useScheduleStep = () =>
  useWrite(
    ({ id, step }: { id: Id; step: 'run' | 'pause' | 'resume' }) =>
      api.post<unknown>(`${v1}/schedules/${id}/${step}`),
    [keys.schedules, keys.runs.all, keys.home],
  );
export const useDecideDelivery = () =>
  useWrite(
    ({ id, decision }: { id: Id; decision: 'sent' | 'again' | 'dropped' }) =>
      api.post<Delivery>(`${v1}/deliveries/${id}/decide`, { decision }),
    [keys.schedules, keys.home],
  );
/** A new server without an id; a known one with it. */
export const useSaveServer = () =>
  useWrite(
    ({ id, etag, ...draft }: ServerDraft & { id?: Id; etag?: string }) =>
      id ? api.put<Server>(`${v1}/servers/${id}`, draft, { etag }) : api.post<Server>(`${v1}/servers`, draft),
    [keys.servers, keys.secrets],
  );
export const useDeleteServer = () =>
  useWrite((id: Id) => api.delete<void>(`${v1}/servers/${id}`), [keys.servers, keys.secrets]);
export const useServerStep = () =>
  useWrite(
    ({ id, step }: { id: Id; step: 'test' | 'forget-host' }) =>
      api.post<Server>(`${v1}/servers/${id}/${step}`, {}),
    [keys.servers],
  );
export const useKeepSecrets = () =>
  useWrite(
    (choice: { keeper: 'keyring' | 'passphrase' | 'file'; passphrase?: string; consent?: boolean }) =>
      api.post<Secrets>(`${v1}/secrets/keeper`, choice),
    [keys.secrets],
  );
export const useUnlockSecrets = () =>
  useWrite((passphrase: string) => api.post<Secrets>(`${v1}/secrets/unlock`, { passphrase }), [keys.secrets]);
export const useForgetSecrets = () =>
  useWrite(() => api.post<Secrets>(`${v1}/secrets/forget`), [keys.secrets, keys.servers]);
export const useCancelRun = () =>
  useWrite((id: Id) => api.post<Run>(`${v1}/runs/${id}/cancel`), [keys.runs.all, keys.imports.all]);
export const useUndoRun = () =>
  useWrite(
    (id: Id) => api.post<Run>(`${v1}/runs/${id}/undo`),
    [keys.runs.all, keys.orders.all, keys.records.all, ['variants'], keys.home],
  );

export const usePlanBulk = () =>
  useWrite(
    ({ filter, ...request }: BulkRequest) =>
      api.post<BulkPlan>(`${v1}/orders/bulk/plan`, filter ? { ...request, filter: spoken(filter) } : request),
    [],
  );
/** The filter of an address as the API takes it in a body. */
const spoken = ({ unlinked, ...filter }: OrderFilter) => (unlinked ? { ...filter, unlinked: true } : filter);
export const useApplyBulk = () =>
  useWrite(
    (plan: Id) => api.post<BulkDone>(`${v1}/orders/bulk/${plan}/apply`),
    [keys.orders.all, keys.runs.all, keys.home],
  );
export const useLinkListing = () =>
  useWrite(
    ({ id, ...link }: { id: Id; variant?: Id; create?: { sku: string; title: string } }) =>
      api.post<void>(`${v1}/listings/${id}/link`, link),
    [keys.orders.all, ['variants'], keys.home],
  );
export const useUnlinkListing = () =>
  useWrite((id: Id) => api.post<void>(`${v1}/listings/${id}/unlink`), [keys.orders.all, keys.home]);

export const useAddView = (page: string) =>
  useWrite(
    (saved: { name: string; filter: Record<string, string>; pinned: boolean }) =>
      api.post<SavedView>(`${v1}/views`, { page, ...saved }),
    [keys.views(page)],
  );
export const useSaveView = (page: string) =>
  useWrite(
    ({ id, etag, ...change }: WithId<Partial<Pick<SavedView, 'name' | 'filter' | 'pinned' | 'position'>>>) =>
      api.patch<SavedView>(`${v1}/views/${id}`, change, { etag }),
    [keys.views(page)],
  );
export const useDeleteView = (page: string) =>
  useWrite(
    ({ id, etag }: WithId<object>) => api.delete<void>(`${v1}/views/${id}`, { etag }),
    [keys.views(page)],
  );

export const useBackUp = () => useWrite(() => api.post<Backup>(`${v1}/backups`), [keys.backups]);
/** Both change the workspace under the page: it is loaded anew. */
export const useOpenSample = () => useWrite(() => api.post<{ ok: boolean }>(`${v1}/workspace/sample`), []);
export const useLeaveSample = () => useWrite(() => api.delete<unknown>(`${v1}/workspace/sample`), []);
export const useTakeOver = () => useWrite(() => api.post<unknown>(`${v1}/workspace/takeover`), [keys.frame]);
