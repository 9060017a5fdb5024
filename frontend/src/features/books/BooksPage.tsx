import { Button, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  type Books,
  type BooksPosting,
  type BooksProblem,
  useBookProblems,
  useBooks,
  useCompareBooks,
  usePlanBooks,
  usePostings,
} from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { useGo, useSearchParams } from '@/lib/nav';
import { useNow } from '@/lib/now';
import { relative } from '@/lib/when';
import {
  Awaited,
  Beside,
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  Money,
  NoticeLine,
  Page,
  StateBadge,
  showDone,
  Tabs,
  When,
} from '@/ui';
import styles from './books.module.css';
import { NoBooks } from './NoBooks';
import { PostingPeek } from './PostingPeek';
import { Setup } from './Setup';
import { Totals } from './Totals';
import { silentFor, standing, type View, views } from './words';

/** The merchant's accounting: what was posted, what waits, what is different there, and that it ties out. */
export function BooksPage() {
  const { t } = useTranslation('books');
  const [params, setParams] = useSearchParams();
  const all = useBooks();
  const chosen = all.data?.find(({ connection }) => connection === params.c) ?? all.data?.[0];
  if (!chosen)
    return (
      <Page title={t('title')} scrollKey="books">
        <Awaited query={all} />
        {all.data && <NoBooks />}
      </Page>
    );
  return (
    <Page
      title={t('title')}
      beside={
        all.data && all.data.length > 1 ? (
          <Select
            size="xs"
            aria-label={t('which')}
            data={all.data.map(({ connection, name }) => ({ value: connection, label: name }))}
            value={chosen.connection}
            onChange={(c) => c && setParams({ c, peek: undefined })}
            allowDeselect={false}
          />
        ) : undefined
      }
      actions={<Actions books={chosen} />}
    >
      <Shown books={chosen} />
    </Page>
  );
}

function Actions({ books }: { books: Books }) {
  const { t } = useTranslation('books');
  const go = useGo();
  const plan = usePlanBooks();
  const compare = useCompareBooks();
  const make = () =>
    plan.mutate(books.connection, {
      onSuccess: ({ id }) => (id ? go(`/plans/${id}`) : showDone(t('nothing'))),
    });
  useKeys(t('title'), [
    { keys: 'l', label: t('plan'), run: () => books.confirmed && make() },
    { keys: 'm', label: t('mapping'), run: () => go(`/books/mapping?c=${books.connection}`) },
  ]);
  return (
    <>
      <Button variant="default" component="a" href={`#/books/mapping?c=${books.connection}`}>
        {t('mapping')}
      </Button>
      <Button
        variant="default"
        loading={compare.isPending}
        disabled={!books.confirmed}
        onClick={() => compare.mutate(books.connection, { onSuccess: () => showDone(t('compared')) })}
      >
        {t('compare')}
      </Button>
      <Button loading={plan.isPending} disabled={!books.confirmed} onClick={make}>
        {t('plan')}
      </Button>
    </>
  );
}

function Shown({ books }: { books: Books }) {
  const { t } = useTranslation('books');
  const [params, setParams] = useSearchParams();
  const view: View = views.find((each) => each === params.view) ?? '';
  const { counts } = books;
  const count: Partial<Record<View, number>> = {
    waiting: counts.waiting,
    posted: counts.posted,
    different: counts.different,
    refused: counts.refused,
    problems: books.unpostable,
    undone: counts.undone,
  };
  return (
    <>
      <p className={styles.bar}>
        {books.heard_at ? (
          <>
            <span>{t('company', { company: books.company, currency: books.currency })}</span>
            <span className={styles.soft}>
              {t('heard')} <When at={books.heard_at} />
            </span>
          </>
        ) : (
          <span className={styles.soft}>{t('never')}</span>
        )}
      </p>
      {books.trouble && <NoticeLine state="late">{t('trouble', { words: books.trouble })}</NoticeLine>}
      <Silent books={books} />
      <Setup books={books} />
      {books.confirmed && (
        <>
          <Tabs
            label={t('tab.label')}
            tabs={views.map((each) => ({
              id: each || 'all',
              label: t(`tab.${each || 'all'}`),
              count: count[each],
              ...((each === 'different' || each === 'refused' || each === 'problems') && {
                state: 'needs_you' as const,
              }),
            }))}
            active={view || 'all'}
            onChange={(next) => setParams({ view: next === 'all' ? undefined : next, peek: undefined })}
          />
          {view === 'totals' ? (
            <Totals books={books} />
          ) : view === 'problems' ? (
            <Problems books={books} />
          ) : (
            <Postings books={books} view={view} />
          )}
        </>
      )}
    </>
  );
}

/** Says that postings wait for a ledger system that did not call for long. */
function Silent({ books }: { books: Books }) {
  const { t } = useTranslation('books');
  const { language } = useLocale();
  const now = useNow();
  const { waiting } = books.counts;
  if (!books.heard_at || !silentFor(books, now)) return null;
  return (
    <NoticeLine state="late">
      {t('silent', {
        ago: relative(books.heard_at, now, language),
        postings: t('silentPostings', { count: waiting, number: formatCount(waiting, language) }),
      })}
    </NoticeLine>
  );
}

/** What a list without rows means. */
function Nothing({ view }: { view: Exclude<View, 'totals'> }) {
  const { t } = useTranslation('books');
  const which = view || 'all';
  return <EmptyState title={t(`none.${which}.title`)}>{t(`none.${which}.words`)}</EmptyState>;
}

const postingId = ({ id }: BooksPosting) => id;
const postingName = ({ number, name }: BooksPosting) => number || name;

function Postings({ books, view }: { books: Books; view: Exclude<View, 'totals'> }) {
  const { t } = useTranslation('books');
  const [params, setParams] = useSearchParams();
  const list = usePostings(books.connection, view);
  const rows = list.data?.pages.flatMap(({ postings }) => postings) ?? [];
  const peeked = rows.find(({ id }) => id === params.peek);
  const columns: Column<BooksPosting>[] = [
    {
      id: 'number',
      header: t('column.number'),
      width: 150,
      grow: 0.5,
      fixed: true,
      cell: (row) => <bdi className="ellipsis">{row.number || row.name}</bdi>,
    },
    { id: 'kind', header: t('column.kind'), width: 138, cell: (row) => row.kind_words },
    { id: 'day', header: t('column.day'), width: 112, drop: 2, cell: (row) => row.day },
    {
      id: 'customer',
      header: t('column.customer'),
      width: 130,
      grow: 0.5,
      drop: 3,
      cell: (row) => <bdi className="ellipsis">{row.customer || row.goods}</bdi>,
    },
    {
      id: 'total',
      header: t('column.total'),
      width: 120,
      align: 'end',
      cell: (row) => <Money amount={row.total} currency={row.currency || null} />,
    },
    {
      id: 'there',
      header: t('column.there'),
      width: 110,
      align: 'end',
      drop: 1,
      cell: (row) => <Money amount={row.there} currency={null} />,
    },
    {
      id: 'state',
      header: t('column.state'),
      width: 150,
      cell: (row) => {
        const { state, word } = standing(row);
        return (
          <StateBadge state={state} {...(row.problem && { title: row.problem.message })}>
            {t(`state.${word}`)}
          </StateBadge>
        );
      },
    },
  ];
  return (
    <Beside
      peek={
        peeked && (
          <PostingPeek
            posting={peeked}
            connection={books.connection}
            onClose={() => setParams({ peek: undefined })}
          />
        )
      }
    >
      <DataTable
        label={t('title')}
        storageKey={`books.${books.connection}`}
        resetKey={view}
        columns={columns}
        rows={rows}
        rowId={postingId}
        rowName={postingName}
        hasMore={list.hasNextPage}
        onMore={() => !list.isFetchingNextPage && void list.fetchNextPage()}
        loading={list.isPending}
        peeked={params.peek ?? null}
        onPeek={(row) => setParams({ peek: row?.id })}
        onOpen={(row) => setParams({ peek: row.id })}
        fit
        instead={
          list.error ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : list.data && rows.length === 0 ? (
            <Nothing view={view} />
          ) : undefined
        }
      />
    </Beside>
  );
}

const problemId = ({ order, movement }: BooksProblem) => (order ? order : `movement ${movement}`);

function Problems({ books }: { books: Books }) {
  const { t } = useTranslation('books');
  const go = useGo();
  const list = useBookProblems(books.connection, true);
  const rows = list.data?.pages.flatMap(({ problems }) => problems) ?? [];
  const columns: Column<BooksProblem>[] = [
    {
      id: 'order',
      header: t('column.order'),
      width: 120,
      fixed: true,
      cell: (row) => <bdi>{row.number}</bdi>,
    },
    {
      id: 'channel',
      header: t('column.channel'),
      width: 140,
      drop: 1,
      cell: (row) => <bdi>{row.order ? row.channel : t('stock.title')}</bdi>,
    },
    {
      id: 'why',
      header: t('column.why'),
      width: 300,
      grow: 1,
      cell: (row) => (
        <span className="ellipsis" title={row.problem}>
          {row.problem}
        </span>
      ),
    },
  ];
  return (
    <div className={styles.list}>
      <DataTable
        label={t('tab.problems')}
        storageKey={`books.problems.${books.connection}`}
        columns={columns}
        rows={rows}
        rowId={problemId}
        hasMore={list.hasNextPage}
        onMore={() => !list.isFetchingNextPage && void list.fetchNextPage()}
        loading={list.isPending}
        onOpen={(row) => go(row.order ? `/orders/${row.order}` : `/stock/${row.variant}`)}
        fit
        instead={
          list.error ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : list.data && rows.length === 0 ? (
            <Nothing view="problems" />
          ) : undefined
        }
      />
    </div>
  );
}
