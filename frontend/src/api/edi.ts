import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import { useKeyset } from './queries';
import type { Id } from './types';
import type {
  EdiAnswer,
  EdiAnswerDraft,
  EdiDetail,
  EdiDocument,
  EdiLook,
  EdiPartner,
  EdiPartnerChange,
  EdiProgress,
  EdiShipment,
} from './types-edi';
import type { ImportBatch } from './types-imports';
import { useWrite } from './writes';

const v1 = '/api/v1/edi';
const stale = [keys.edi.all, keys.home];

/** What EDI says: of bytes in a browser, of a path in the window. Nothing is kept of it. */
export const useLookAtEdi = () =>
  useWrite(
    (source: Blob | string) =>
      typeof source === 'string'
        ? api.post<EdiLook>('/api/view/edi/path', { path: source })
        : api.upload<EdiLook>('/api/view/edi', source),
    [],
    true,
  );

/** What was exchanged with partners, newest first. */
export const useEdiDocuments = (filter: { show?: string; channel?: string; number?: string }) =>
  useKeyset<{ documents: EdiDocument[]; next: string | null }>(
    keys.edi.list(filter),
    `${v1}/documents`,
    filter,
  );
export const useEdiDocument = (id: Id) =>
  useQuery({ queryKey: keys.edi.one(id), queryFn: () => api.get<EdiDetail>(`${v1}/documents/${id}`) });
/** A kept document in words, segment by segment. */
export const useEdiWords = (id: Id, enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: keys.edi.words(id),
    queryFn: () => api.get<EdiLook>(`/api/view/edi/documents/${id}`),
  });
/** How far an order's lines are, and what a kind of answer would say. */
export const useEdiProgress = (id: Id, kind: string) =>
  useQuery({
    queryKey: keys.edi.progress(id, kind),
    queryFn: () =>
      api.get<{ lines: EdiProgress[]; shipments: EdiShipment[] }>(`${v1}/documents/${id}/answers`, { kind }),
    enabled: kind !== '',
    retry: false,
  });
/** What an answer would be; nothing is kept. */
export const useEdiDraft = (id: Id, draft: EdiAnswerDraft | null) =>
  useQuery({
    queryKey: keys.edi.draft(id, draft ?? {}),
    queryFn: () => api.post<EdiAnswer>(`${v1}/documents/${id}/answers`, { ...draft, keep: false }),
    enabled: draft !== null,
    placeholderData: (before) => before,
    retry: false,
  });
export const useMakeEdi = (id: Id) =>
  useWrite(
    (draft: EdiAnswerDraft) => api.post<EdiAnswer>(`${v1}/documents/${id}/answers`, { ...draft, keep: true }),
    stale,
    true,
  );
/** Plans what a stock report counts, or what a payment pays. */
export const usePlanEdi = () =>
  useWrite((id: Id) => api.post<ImportBatch>(`${v1}/documents/${id}/plan?wait=true`, {}), [keys.imports.all]);
export const useSendEdi = () =>
  useWrite((id: Id) => api.post<EdiDocument>(`${v1}/documents/${id}/send`, {}), stale);
export const useEdiPartners = () =>
  useQuery({
    queryKey: keys.edi.partners,
    queryFn: async () => (await api.get<{ partners: EdiPartner[] }>(`${v1}/partners`)).partners,
  });
export const useSaveEdiPartner = () =>
  useWrite(
    ({ id, etag, ...change }: EdiPartnerChange & { id: Id; etag: string }) =>
      api.patch<EdiPartner>(`${v1}/partners/${id}`, change, { etag }),
    stale,
    true,
  );
