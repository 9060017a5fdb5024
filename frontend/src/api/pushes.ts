import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { api } from './client';
import { keys } from './keys';
import { useKeyset } from './queries';
import type { Id } from './types';
import type { IntentWhole, OrderPush, PlanWhole, PushPlan } from './types-pushes';
import { useWrite } from './writes';

const v1 = '/api/v1';
const path = `${v1}/plans`;
const stale = [keys.plans.all, keys.connections.all, keys.home];
const mostRows = 1000;

interface PlanPage {
  plans: PushPlan[];
  next: string | null;
}

/** What waits for a person, of all connections. */
export const useOpenPlans = () =>
  useQuery({
    queryKey: keys.plans.list({ state: 'open' }),
    queryFn: async () => (await api.get<PlanPage>(path, { state: 'open', limit: 200 })).plans,
    refetchInterval: 30_000,
  });
/** All plans, newest first, read on as they are asked for. */
export const usePlans = (connection: Id | '') =>
  useKeyset<PlanPage>(keys.plans.list({ connection }), path, { connection });

/** A plan with its numbers, without its writes. */
export const usePlan = (id: Id) =>
  useQuery({
    queryKey: keys.plans.one(id),
    queryFn: () => api.get<PlanWhole>(`${path}/${id}`, { limit: 1 }),
    refetchInterval: 15_000,
    retry: false,
  });

/** How long a long plan's writes may be old while they are sent: reading all of them again takes its time. */
const longMs = 5000;

/** All writes of a plan: ticks are about all of them, so they are all read. Read anew when the plan's numbers changed. */
export function usePlanWrites(plan: PushPlan) {
  const query = useInfiniteQuery({
    queryKey: keys.planWrites(plan.id ?? ''),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get<PlanWhole>(`${path}/${plan.id}`, { limit: mostRows, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const { hasNextPage, isFetching, fetchNextPage, refetch } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const stamp = JSON.stringify([plan.etag, plan.counts]);
  const readFor = useRef(stamp);
  const long = countOf(plan) > 2 * mostRows;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (readFor.current === stamp) return;
    readFor.current = stamp;
    // A timer that runs already reads this change too: waiting anew each time would never come to an end.
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        void refetch();
      },
      long ? longMs : 0,
    );
  }, [stamp, long, refetch]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  const rows = useMemo(() => query.data?.pages.flatMap(({ intents }) => intents) ?? [], [query.data]);
  return {
    rows,
    whole: !query.isPending && !hasNextPage,
    isPending: query.isPending,
    error: query.error,
    refetch,
  };
}

/** How many writes a plan has. */
export const countOf = ({ counts }: PushPlan): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

export const useIntent = (id: Id | null) =>
  useQuery({
    queryKey: keys.plans.intent(id ?? ''),
    queryFn: () => api.get<IntentWhole>(`${v1}/intents/${id}`),
    enabled: id !== null,
    refetchInterval: 5000,
  });

/** What would be written now; nothing is kept. It looks at the channel, so only when asked. */
export const useWouldSend = (connection: Id, asked: number) =>
  useQuery({
    queryKey: keys.wouldSend(connection, asked),
    queryFn: ({ signal }) =>
      api.get<PlanWhole>(`${v1}/connections/${connection}/plan`, { live: true }, signal),
    enabled: asked > 0,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
/** Looks live, and keeps what is wanted as a plan. Its id is null where there is nothing to write. */
export const useMakePlan = () =>
  useWrite(
    (connection: Id) => api.post<PlanWhole>(`${v1}/connections/${connection}/plans`, { live: true }),
    stale,
  );
export const useApprovePlan = () =>
  useWrite(
    ({ id, etag, ...approval }: { id: Id; etag: string; intents?: Id[]; despite?: boolean }) =>
      api.post<PlanWhole>(`${path}/${id}/approve`, approval, { etag }),
    stale,
  );
export const useDiscardPlan = () => useWrite((id: Id) => api.post<PlanWhole>(`${path}/${id}/discard`), stale);
export const useUndoPlan = () =>
  useWrite(
    ({ id, intents }: { id: Id; intents?: Id[] }) => api.post<PlanWhole>(`${path}/${id}/undo`, { intents }),
    stale,
  );
export const useIntentStep = () =>
  useWrite(
    ({ id, step }: { id: Id; step: 'retry' | 'drop' }) =>
      api.post<IntentWhole>(`${v1}/intents/${id}/${step}`),
    [...stale, keys.orders.all],
  );
export const usePushOrder = () =>
  useWrite(
    ({ id, ...push }: OrderPush & { id: Id }) => api.post<PlanWhole>(`${v1}/orders/${id}/push`, push),
    [...stale, keys.orders.page('').slice(0, 2)],
    true,
  );
