import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { Id } from './types';
import type {
  ExportDraft,
  ExportField,
  ExportPreview,
  ExportRun,
  ExportRunPage,
  ExportTemplate,
  Template,
} from './types-exports';

const v1 = '/api/v1';

export const useExportTemplates = () =>
  useQuery({
    queryKey: keys.templates,
    queryFn: async () => (await api.get<{ templates: ExportTemplate[] }>(`${v1}/export-templates`)).templates,
  });

export const useExportFields = (kind: string) =>
  useQuery({
    queryKey: keys.exportFields(kind),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await api.get<{ fields: ExportField[] }>(`${v1}/exports/fields`, { kind })).fields,
  });

/** What an export would write; the last good answer stays while another is on its way. */
export const useExportPreview = (draft: ExportDraft, enabled: boolean) =>
  useQuery({
    queryKey: keys.exports.preview(draft),
    enabled,
    retry: false,
    queryFn: () => api.post<ExportPreview>(`${v1}/exports/preview`, draft),
    placeholderData: (before) => before,
  });

export const useExports = () =>
  useInfiniteQuery({
    queryKey: keys.exports.list,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get<ExportRunPage>(`${v1}/exports`, { limit: 200, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });

/** An export under way is asked for until it has ended. */
export const useExport = (id: Id | null) =>
  useQuery({
    queryKey: keys.exports.one(id ?? ''),
    enabled: id !== null,
    queryFn: () => api.get<ExportRun>(`${v1}/exports/${id}`),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 500 : false),
  });

export const exportFileHref = (id: Id, number: number) => `${v1}/exports/${id}/files/${number}`;

function useStale<In, Out>(run: (input: In) => Promise<Out>, stale: readonly (readonly unknown[])[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => {
      for (const queryKey of stale) void client.invalidateQueries({ queryKey });
    },
  });
}

export const useStartExport = () =>
  useStale(
    (draft: ExportDraft) => api.post<ExportRun>(`${v1}/exports`, draft),
    [keys.exports.list, keys.runs.all],
  );
export const useCancelExport = () =>
  useStale((id: Id) => api.post<ExportRun>(`${v1}/exports/${id}/cancel`), [keys.exports.all]);
export const useMakeTemplate = () =>
  useStale(
    (template: Template) => api.post<ExportTemplate>(`${v1}/export-templates`, template),
    [keys.templates],
  );
export const useSaveTemplate = () =>
  useStale(
    ({ id, etag, template }: { id: Id; etag: string; template: Template }) =>
      api.patch<ExportTemplate>(`${v1}/export-templates/${id}`, template, { etag }),
    [keys.templates],
  );
export const useRemoveTemplate = () =>
  useStale((id: Id) => api.delete<void>(`${v1}/export-templates/${id}`), [keys.templates]);
