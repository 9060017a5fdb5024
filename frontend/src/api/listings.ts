import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import { useKeyset } from './queries';
import type { Id } from './types';
import type {
  LinkDone,
  LinkPlan,
  LinkPlanDraft,
  LinkPreview,
  ListingChange,
  ListingInbox,
  Merge,
  PricePreview,
  PriceRule,
  PriceRuleDraft,
  ProductChange,
  ProductDone,
  SuggestedPage,
} from './types-listings';
import type { BulkDone, Listing, ListingPage } from './types-orders';
import type { Product } from './types-records';
import { useWrite } from './writes';

const v1 = '/api/v1';

/** What follows when a link, a product or a price changes. */
const touched = [keys.records.all, keys.orders.all, ['variants'], keys.runs.all, keys.home] as const;

export const useSuggested = (state: 'unlinked' | 'ignored', channel: string) =>
  useKeyset<SuggestedPage>(keys.listings.suggested(state, channel), `${v1}/listings/suggestions`, {
    state,
    channel: channel || undefined,
    limit: 50,
  });
export const useListingInbox = () =>
  useQuery({
    queryKey: keys.listings.inbox,
    queryFn: () => api.get<ListingInbox>('/api/view/listings/inbox'),
    placeholderData: (before) => before,
  });
export const useListingsOf = (variant: Id) =>
  useKeyset<ListingPage>(keys.listings.of(variant), `${v1}/listings`, { variant });
export const useLinkPreview = (listing: Id, variant: Id | null, pack: string) =>
  useQuery({
    queryKey: keys.listings.preview(listing, variant ?? '', pack),
    queryFn: () =>
      api.get<LinkPreview>(`${v1}/listings/${listing}/preview`, {
        variant: variant ?? undefined,
        pack: pack || undefined,
      }),
    placeholderData: (before) => before,
  });

export const useLink = () =>
  useWrite(
    ({ id, ...link }: { id: Id; variant?: Id; create?: { sku: string; title: string }; pack?: string }) =>
      api.post<LinkDone>(`${v1}/listings/${id}/link`, link),
    touched,
  );
export const useUnlink = () =>
  useWrite((id: Id) => api.post<LinkDone>(`${v1}/listings/${id}/unlink`), touched);
export const useIgnoreListing = () =>
  useWrite(
    ({ id, reason }: { id: Id; reason: string }) =>
      api.post<LinkDone>(`${v1}/listings/${id}/ignore`, { reason }),
    touched,
  );
export const useRestoreListing = () =>
  useWrite((id: Id) => api.post<LinkDone>(`${v1}/listings/${id}/restore`), touched);
export const useChangeListing = () =>
  useWrite(
    ({ id, etag, ...change }: ListingChange & { id: Id; etag: string }) =>
      api.patch<Listing>(`${v1}/listings/${id}`, change, { etag }),
    touched,
  );
export const usePlanLinks = () =>
  useWrite((draft: LinkPlanDraft) => api.post<LinkPlan>(`${v1}/link-plans`, draft), []);
export const useApplyLinks = () =>
  useWrite((plan: Id) => api.post<BulkDone>(`${v1}/link-plans/${plan}/apply`), touched);
export const useProduct = (id: Id) =>
  useQuery({ queryKey: keys.records.one(id), queryFn: () => api.get<Product>(`${v1}/products/${id}`) });
export const useChangeProduct = () =>
  useWrite(
    ({ id, etag, ...change }: ProductChange & { id: Id; etag: string }) =>
      api.patch<ProductDone>(`${v1}/products/${id}`, change, { etag }),
    touched,
  );
export const useMergePlan = (id: Id, into: Id | null) =>
  useQuery({
    queryKey: keys.records.merge(id, into ?? ''),
    enabled: into !== null,
    queryFn: () => api.get<Merge>(`${v1}/products/${id}/merge`, { into: into ?? '' }),
  });
export const useMerge = () =>
  useWrite(
    ({ id, into }: { id: Id; into: Id }) => api.post<Merge>(`${v1}/products/${id}/merge`, { into }),
    touched,
  );

export const usePriceRules = () =>
  useQuery({
    queryKey: keys.listings.rules,
    queryFn: async () => (await api.get<{ rules: PriceRule[] }>(`${v1}/price-rules`)).rules,
  });
export const useSavePriceRule = () =>
  useWrite(
    ({ id, etag, ...draft }: PriceRuleDraft & { id: Id; etag: string }) =>
      api.put<PriceRule>(`${v1}/price-rules/${id}`, draft, { etag }),
    [keys.records.all],
  );
/** Works a rule out and changes nothing: a question, though it has a body. */
export const usePricePreview = (id: Id, draft: PriceRuleDraft) =>
  useQuery({
    queryKey: keys.listings.prices(id, draft),
    queryFn: () => api.post<PricePreview>(`${v1}/price-rules/${id}/preview?limit=200`, draft),
    placeholderData: (before) => before,
    retry: false,
  });
