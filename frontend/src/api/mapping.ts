import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { Id, Problem } from './types';
import type {
  Edit,
  EditDraft,
  FieldList,
  ImportBatch,
  Inspection,
  KeptFile,
  KeptProfile,
  Mapping,
  MappingPreview,
  RecordKind,
  RecordRows,
} from './types-imports';
import { useWrite } from './writes';

const v1 = '/api/v1';

/** How a person says a file is laid out, as the API takes it in an address. */
export interface FileHow {
  kind?: string;
  delimiter?: string;
  encoding?: string;
  sheet?: string;
  header_row?: number;
  description_row?: boolean;
}

export const useFile = (id: Id | undefined) =>
  useQuery({
    queryKey: ['file', id ?? ''],
    enabled: id !== undefined,
    queryFn: () => api.get<KeptFile>(`${v1}/files/${id}`),
  });
/** What the columns of a kind of file can fill. It never changes while the program runs. */
export const useFields = (kind: RecordKind) =>
  useQuery({
    queryKey: keys.fields(kind),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => api.get<FieldList>(`${v1}/fields`, { kind }),
  });
export const useInspection = (file: Id | undefined, how: FileHow) =>
  useQuery({
    queryKey: keys.inspection(file ?? '', how),
    enabled: file !== undefined,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: () => api.get<Inspection>(`${v1}/files/${file}/columns`, how),
  });
/** The first records as a mapping would read them; what is wrong with the mapping is part of the answer. */
export const useMappingPreview = (file: Id | undefined, mapping: Mapping, limit: number) => {
  const text = JSON.stringify(mapping);
  return useQuery({
    queryKey: keys.mapped(file ?? '', text),
    enabled: file !== undefined && mapping.columns.length > 0,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: () => api.post<MappingPreview>(`${v1}/files/${file}/mapping-preview`, { mapping, limit }),
  });
};

export const useProfiles = () =>
  useQuery({
    queryKey: keys.profiles,
    queryFn: async () => (await api.get<{ profiles: KeptProfile[] }>(`${v1}/profiles`)).profiles,
  });
export const useAddProfile = () =>
  useWrite((mapping: Mapping) => api.post<KeptProfile>(`${v1}/profiles`, { mapping }), [keys.profiles]);
export const useSaveProfile = () =>
  useWrite(
    ({ id, etag, ...change }: { id: Id; etag: string; name?: string; mapping?: Mapping }) =>
      api.patch<KeptProfile>(`${v1}/profiles/${id}`, change, { etag }),
    [keys.profiles],
  );
export const useDeleteProfile = () =>
  useWrite((id: Id) => api.delete<void>(`${v1}/profiles/${id}`), [keys.profiles]);
export const useTakeProfile = () =>
  useWrite(
    (profile: unknown) =>
      api.post<{ profile: KeptProfile; replaced: boolean }>(`${v1}/profiles/import`, profile),
    [keys.profiles],
  );
export const profileHref = (id: Id) => `${v1}/profiles/${id}/export`;

export const useImportProblems = (id: Id, enabled: boolean) =>
  useQuery({
    queryKey: [...keys.imports.one(id), 'problems'],
    enabled,
    queryFn: async () => (await api.get<{ problems: Problem[] }>(`${v1}/imports/${id}/problems`)).problems,
  });
export const useEdits = (id: Id, enabled: boolean) =>
  useQuery({
    queryKey: keys.imports.edits(id),
    enabled,
    queryFn: async () => (await api.get<{ edits: Edit[] }>(`${v1}/imports/${id}/edits`)).edits,
  });
export const useRecordRows = (id: Id, ordinal: number) =>
  useQuery({
    queryKey: keys.imports.rows(id, ordinal),
    queryFn: () => api.get<RecordRows>(`${v1}/imports/${id}/records/${ordinal}`),
  });
export const useEditImport = (id: Id) =>
  useWrite(
    (draft: EditDraft) =>
      api.post<{ edit: Edit; import: ImportBatch }>(`${v1}/imports/${id}/edits?wait=true`, draft),
    [keys.imports.all],
  );
export const useTakeBackEdit = (id: Id) =>
  useWrite((edit: Id) => api.delete<void>(`${v1}/imports/${id}/edits/${edit}?wait=true`), [keys.imports.all]);
