import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import { useKeyset } from './queries';
import type { Id } from './types';
import type {
  Books,
  BooksDay,
  BooksFile,
  BooksMapping,
  BooksPosting,
  BooksPreview,
  BooksProblem,
  BooksSetup,
  BooksTotal,
  PostingMovement,
} from './types-books';
import type { PlanWhole } from './types-pushes';
import { useWrite } from './writes';

const v1 = '/api/v1';
const of = (connection: Id) => `${v1}/connections/${connection}/books`;
const stale = [keys.books.all, keys.plans.all, keys.home];

/** Connections to ledger systems, with how their postings stand. */
export const useBooks = () =>
  useQuery({
    queryKey: keys.books.list,
    queryFn: async () => (await api.get<{ books: Books[] }>(`${v1}/books`)).books,
    refetchInterval: 15_000,
  });
/** Documents that were posted, or wait, newest first; state narrows them. */
export const usePostings = (connection: Id, state: string) =>
  useKeyset<{ postings: BooksPosting[]; next: string | null }>(
    keys.books.postings(connection, state),
    `${of(connection)}/postings`,
    { state },
    connection !== '',
  );
/** Orders that cannot be posted, and why. */
export const useBookProblems = (connection: Id, enabled: boolean) =>
  useKeyset<{ problems: BooksProblem[]; next: string | null }>(
    keys.books.problems(connection),
    `${of(connection)}/problems`,
    {},
    enabled,
  );
/** What was posted since a day, by day and account. */
export const useBookTotals = (connection: Id, from: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.books.totals(connection, from),
    queryFn: () =>
      api.get<{ days: BooksDay[]; accounts: BooksTotal[]; cut: boolean }>(`${of(connection)}/totals`, {
        from,
      }),
    enabled,
  });
/** How orders are posted, with what can be chosen; a person works on it, so it is not read anew by itself. */
export const useBookSetup = (connection: Id) =>
  useQuery({
    queryKey: keys.bookSetup(connection),
    queryFn: () => api.get<BooksSetup>(`${of(connection)}/mapping`),
    enabled: connection !== '',
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
  });
export const useSaveMapping = () =>
  useWrite(
    ({ connection, etag, ...mapping }: BooksMapping & { connection: Id; etag: string }) =>
      api.put<BooksSetup>(`${of(connection)}/mapping`, mapping, { etag }),
    stale,
    true,
  );
/** What an order would be posted as by a mapping that is not kept yet. */
export const usePostingPreview = (connection: Id, order: Id, mapping: BooksMapping | null) =>
  useQuery({
    queryKey: keys.postingPreview(connection, order, mapping ?? {}),
    queryFn: () => api.post<BooksPreview>(`${of(connection)}/preview`, { order, mapping }),
    enabled: connection !== '' && order !== '' && mapping !== null,
    placeholderData: (before) => before,
    retry: false,
  });
/** What the latest movements of stock would be posted as by a mapping that is not kept yet. */
export const useStockPreview = (connection: Id, mapping: BooksMapping, enabled: boolean) =>
  useQuery({
    queryKey: keys.postingPreview(connection, '', mapping),
    queryFn: () => api.post<BooksPreview>(`${of(connection)}/preview`, { mapping }),
    enabled: enabled && connection !== '',
    placeholderData: (before) => before,
    retry: false,
  });
/** The movements of stock that a posting holds, with what caused them. */
export const usePostingMovements = (posting: Id, enabled: boolean) =>
  useQuery({
    queryKey: keys.books.movements(posting),
    queryFn: async () =>
      (await api.get<{ movements: PostingMovement[] }>(`${v1}/postings/${posting}/movements`)).movements,
    enabled,
  });
/** Plans what is to be posted; its id is null where there is nothing. */
export const usePlanBooks = () =>
  useWrite(
    (connection: Id) => api.post<PlanWhole>(`${v1}/connections/${connection}/plans`, { live: false }),
    stale,
  );
export const useCompareBooks = () =>
  useWrite((connection: Id) => api.post<Books>(`${of(connection)}/compare`), stale);
export const useUndoPostings = () =>
  useWrite(
    ({ connection, ...what }: { connection: Id; postings: Id[]; again?: boolean }) =>
      api.post<PlanWhole>(`${of(connection)}/undo`, what),
    stale,
  );
export const usePostAgain = () =>
  useWrite((posting: Id) => api.post<void>(`${v1}/postings/${posting}/again`), stale);
export const useBookFile = (connection: Id, enabled: boolean) =>
  useQuery({
    queryKey: keys.bookFile(connection),
    queryFn: () => api.get<BooksFile>(`${of(connection)}/file`),
    enabled: enabled && connection !== '',
  });
