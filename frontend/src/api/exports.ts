import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
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
import { useWrite } from './writes';

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

export const useStartExport = () =>
  useWrite(
    (draft: ExportDraft) => api.post<ExportRun>(`${v1}/exports`, draft),
    [keys.exports.list, keys.runs.all],
    true,
  );
export const useCancelExport = () =>
  useWrite((id: Id) => api.post<ExportRun>(`${v1}/exports/${id}/cancel`), [keys.exports.all]);
export const useMakeTemplate = () =>
  useWrite(
    (template: Template) => api.post<ExportTemplate>(`${v1}/export-templates`, template),
    [keys.templates],
    true,
  );
export const useSaveTemplate = () =>
  useWrite(
    ({ id, etag, template }: { id: Id; etag: string; template: Template }) =>
      api.patch<ExportTemplate>(`${v1}/export-templates/${id}`, template, { etag }),
    [keys.templates],
    true,
  );
export const useRemoveTemplate = () =>
  useWrite((id: Id) => api.delete<void>(`${v1}/export-templates/${id}`), [keys.templates], true);
