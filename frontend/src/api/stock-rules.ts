import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type {
  MasterWord,
  StockRule,
  StockRuleDraft,
  StockRulePreview,
  StockRuleScope,
  StockSimulation,
} from './types-stock-rules';
import type { Run } from './types-work';
import { useWrite } from './writes';

const at = (scope: StockRuleScope, id: string) => `/api/v1/stock-rules/${scope}/${id}`;

/** The rules that say something, of whatever they are. */
export const useStockRules = () =>
  useQuery({
    queryKey: keys.records.stockRules,
    queryFn: async () => (await api.get<{ rules: StockRule[] }>('/api/v1/stock-rules')).rules,
  });
export const useStockRule = (scope: StockRuleScope, id: string) =>
  useQuery({
    queryKey: keys.records.stockRule(scope, id),
    queryFn: () => api.get<StockRule>(at(scope, id)),
  });
export const useSaveStockRule = () =>
  useWrite(
    ({
      scope,
      id,
      etag,
      draft,
    }: {
      scope: StockRuleScope;
      id: string;
      etag: string;
      draft: StockRuleDraft;
    }) => api.put<StockRule>(at(scope, id), draft, { etag }),
    [keys.records.all],
  );
/** Works a rule out and changes nothing: a question, though it has a body. */
export const useStockRulePreview = (scope: StockRuleScope, id: string, draft: StockRuleDraft) =>
  useQuery({
    queryKey: keys.records.stockPreview(scope, id, draft),
    queryFn: () => api.post<StockRulePreview>(`${at(scope, id)}/preview?limit=100`, draft),
    placeholderData: (before) => before,
    retry: false,
  });
/** Replays past sales under a rule and changes nothing. */
export const useStockSimulation = (
  scope: StockRuleScope,
  id: string,
  draft: StockRuleDraft,
  days: number,
  enabled: boolean,
) =>
  useQuery({
    queryKey: keys.records.stockSimulation(scope, id, draft, days),
    queryFn: () => api.post<StockSimulation>(`${at(scope, id)}/simulate?days=${days}`, draft),
    placeholderData: (before) => before,
    retry: false,
    enabled,
  });

const word = (channel: string) => `/api/v1/channels/${channel}/masters-word`;
/** What the master of a channel's stock says that is not in the ledger. */
export const useMastersWord = (channel: string) =>
  useQuery({
    queryKey: keys.records.mastersWord(channel),
    queryFn: () => api.get<MasterWord>(word(channel)),
  });
export const useTakeMastersWord = () =>
  useWrite((channel: string) => api.post<Run>(word(channel)), [keys.records.all, keys.runs.all, keys.home]);
