import { type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { About, Channel, Settings } from './types';
import type {
  FileFormat,
  ImportBatch,
  ImportPage,
  Message,
  QuarantinePage,
  RecordPage,
  UndoPreview,
  Verdict,
} from './types-imports';
import type {
  ListingPage,
  OrderCounts,
  OrderFilter,
  OrderPage,
  OrderRowPage,
  SavedView,
  Variant,
} from './types-orders';
import type {
  Backup,
  Calendar,
  DailyView,
  Delivery,
  Doctor,
  FrameView,
  HomeView,
  Run,
  RunPage,
  Schedule,
  ScheduleWords,
  SearchGroup,
  Secrets,
  Server,
} from './types-work';

const v1 = '/api/v1';
const view = '/api/view';
const pageSize = 200;

/** Pages of a keyset list, read on as the reader scrolls. `rows` flattens what has been read. */
export function useKeyset<P extends { next: string | null }>(
  queryKey: readonly unknown[],
  path: string,
  query: object,
  enabled = true,
) {
  return useInfiniteQuery({
    queryKey,
    enabled,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get<P>(path, { limit: pageSize, ...query, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
  });
}

export const useAbout = () =>
  useQuery({ queryKey: keys.about, queryFn: () => api.get<About>(`${v1}/about`), staleTime: 60_000 });
export const useSettings = () =>
  useQuery({ queryKey: keys.settings, queryFn: () => api.get<Settings>(`${v1}/settings`) });
export const useFrame = () =>
  useQuery({
    queryKey: keys.frame,
    queryFn: () => api.get<FrameView>(`${view}/frame`),
    refetchInterval: 30_000,
  });
export const useHome = () =>
  useQuery({
    queryKey: keys.home,
    queryFn: () => api.get<HomeView>(`${view}/home`),
    refetchInterval: 60_000,
  });
export const useDaily = (days: number) =>
  useQuery({
    queryKey: keys.daily(days),
    queryFn: () => api.get<DailyView>(`${view}/daily`, { days }),
    placeholderData: (before) => before,
  });
export const useChannels = () =>
  useQuery({
    queryKey: keys.channels,
    queryFn: async () => (await api.get<{ channels: Channel[] }>(`${v1}/channels`)).channels,
  });
export const useFormats = () =>
  useQuery({
    queryKey: keys.formats,
    queryFn: async () => (await api.get<{ formats: FileFormat[] }>(`${v1}/formats`)).formats,
  });

export const useOrderRows = (filter: OrderFilter) =>
  useKeyset<OrderRowPage>(keys.orders.list(filter), `${view}/orders`, filter);
export const useOrderCounts = () =>
  useQuery({
    queryKey: keys.orders.counts,
    queryFn: () => api.get<OrderCounts>(`${view}/orders/counts`),
  });
const orderPage = (id: string) => ({
  queryKey: keys.orders.page(id),
  queryFn: () => api.get<OrderPage>(`${view}/orders/${id}`),
});
export const useOrderPage = (id: string | null) => useQuery({ ...orderPage(id ?? ''), enabled: id !== null });
/** Reads the next order before it is asked for, so that its page opens at once. */
export const prefetchOrder = (client: QueryClient, id: string) =>
  client.prefetchQuery({ ...orderPage(id), staleTime: 10_000 });
export const useListings = (unlinked: boolean) =>
  useKeyset<ListingPage>(keys.listings.unlinked(unlinked), `${v1}/listings`, {
    unlinked: unlinked || undefined,
  });
export const useVariants = (search: string, enabled = true) =>
  useQuery({
    queryKey: keys.variants(search),
    enabled,
    queryFn: async () => (await api.get<{ variants: Variant[] }>(`${v1}/variants`, { search })).variants,
    placeholderData: (before) => before,
  });

export const useImports = () => useKeyset<ImportPage>(keys.imports.list, `${v1}/imports`, {});
export const useImport = (id: string) =>
  useQuery({ queryKey: keys.imports.one(id), queryFn: () => api.get<ImportBatch>(`${v1}/imports/${id}`) });
export const useImportRecords = (id: string, verdict: Verdict | '', enabled = true) =>
  useKeyset<RecordPage>(
    keys.imports.records(id, verdict),
    `${v1}/imports/${id}/records`,
    { verdict },
    enabled,
  );
export const useUndoPreview = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.imports.undo(id),
    enabled,
    queryFn: () => api.get<UndoPreview>(`${v1}/imports/${id}/undo`),
  });
export const useRunUndoPreview = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.runs.undo(id),
    enabled,
    retry: false,
    queryFn: () => api.get<UndoPreview>(`${v1}/runs/${id}/undo`),
  });
export const originalFileHref = (id: string) => `${v1}/imports/${id}/file`;
export const failedRowsHref = (id: string) => `${v1}/imports/${id}/failed-rows`;

export const useMessage = (id: string | null) =>
  useQuery({
    queryKey: keys.message(id ?? ''),
    enabled: id !== null,
    queryFn: () => api.get<Message>(`${v1}/messages/${id}`),
  });
export const useQuarantine = () => useKeyset<QuarantinePage>(keys.quarantine, `${v1}/quarantine`, {});

export const useSchedules = () =>
  useQuery({
    queryKey: keys.schedules,
    queryFn: async () => (await api.get<{ schedules: Schedule[] }>(`${v1}/schedules`)).schedules,
    refetchInterval: 60_000,
  });
export const useCalendar = (from: string, to: string) =>
  useQuery({
    queryKey: keys.calendar(from, to),
    queryFn: () => api.get<Calendar>(`${v1}/schedules/calendar`, { from, to }),
    placeholderData: (before) => before,
    refetchInterval: 60_000,
  });
export const useDeliveries = (id: string) =>
  useQuery({
    queryKey: keys.deliveries(id),
    queryFn: async () =>
      (await api.get<{ deliveries: Delivery[] }>(`${v1}/schedules/${id}/deliveries`)).deliveries,
  });
/** What is understood of a schedule said in words, or written as a cron expression. */
export const useScheduleWords = (words: string, zone: string) =>
  useQuery({
    queryKey: keys.said(words, zone),
    enabled: words.trim() !== '',
    retry: false,
    queryFn: () => api.post<ScheduleWords>(`${v1}/schedules/words`, { words, zone }),
  });
export const useServers = () =>
  useQuery({
    queryKey: keys.servers,
    queryFn: async () => (await api.get<{ servers: Server[] }>(`${v1}/servers`)).servers,
  });
export const useSecrets = () =>
  useQuery({ queryKey: keys.secrets, queryFn: () => api.get<Secrets>(`${v1}/secrets`) });
export const useRuns = (filter: { kind?: string; watch?: string; busy?: boolean }) =>
  useKeyset<RunPage>(keys.runs.list(filter), `${v1}/runs`, filter);
export const useRun = (id: string | null) =>
  useQuery({
    queryKey: keys.runs.one(id ?? ''),
    enabled: id !== null,
    queryFn: () => api.get<Run>(`${v1}/runs/${id}`),
  });

export const useViews = (page: string) =>
  useQuery({
    queryKey: keys.views(page),
    queryFn: async () => (await api.get<{ views: SavedView[] }>(`${v1}/views`, { page })).views,
  });
export const useBackups = () =>
  useQuery({
    queryKey: keys.backups,
    queryFn: async () => (await api.get<{ backups: Backup[] }>(`${v1}/backups`)).backups,
  });
export const useDoctor = (enabled: boolean) =>
  useQuery({ queryKey: keys.doctor, enabled, queryFn: () => api.get<Doctor>(`${v1}/doctor`) });
export const useSearch = (text: string) =>
  useQuery({
    queryKey: keys.search(text),
    enabled: text.trim() !== '',
    queryFn: async ({ signal }) =>
      (await api.get<{ groups: SearchGroup[] }>(`${view}/search`, { q: text }, signal)).groups,
    placeholderData: (before) => before,
  });
