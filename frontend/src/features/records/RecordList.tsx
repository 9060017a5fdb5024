import { Button } from '@mantine/core';
import { type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaveSettings, useSettings } from '@/api';
import { useKeys } from '@/lib/keys';
import { useSearchParams } from '@/lib/nav';
import { useKept } from '@/lib/pageState';
import {
  Beside,
  type Column,
  ColumnChooser,
  DataTable,
  EmptyState,
  ErrorState,
  Page,
  SearchBox,
  visibleColumns,
} from '@/ui';
import styles from './records.module.css';

/** What TanStack's infinite query gives, as far as a list needs it. */
export interface Listed<R> {
  rows: R[];
  isPending: boolean;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

interface Props<R> {
  kind: 'products' | 'customers';
  list: Listed<R>;
  columns: Column<R>[];
  rowId: (row: R) => string;
  rowName: (row: R) => string;
  peek: (row: R, onClose: () => void) => ReactNode;
  /** What opening a row does; else it peeks. */
  onOpen?: (row: R) => void;
}

/** A plain list of records: search, columns, a peek, and the way to an import while there is nothing. */
export function RecordList<R>({ kind, list, columns: all, rowId, rowName, peek, onOpen }: Props<R>) {
  const { t } = useTranslation('records');
  const [params, setParams] = useSearchParams();
  const q = params.q ?? '';
  const searchRef = useRef<HTMLInputElement>(null);
  const settings = useSettings().data;
  const save = useSaveSettings();
  const [chosen, setChosen] = useKept<string[] | null>(`${kind}.columns`, null);
  const columns = useMemo(() => visibleColumns(all, chosen), [all, chosen]);
  const peekId = params.peek ?? null;
  const peeked = peekId === null ? undefined : list.rows.find((row) => rowId(row) === peekId);
  const close = () => setParams({ peek: undefined });
  useKeys(t(`${kind}.title`), [
    { keys: '/', label: t(`${kind}.hint`), run: () => searchRef.current?.focus() },
  ]);
  return (
    <Page
      title={t(`${kind}.title`)}
      actions={
        <>
          <Button variant="default" component="a" href="#/import">
            {t(`${kind}.import`)}
          </Button>
        </>
      }
    >
      <div className={styles.bar}>
        <SearchBox
          inputRef={searchRef}
          className={styles.search}
          value={q}
          hint={t(`${kind}.hint`)}
          onChange={(text) => setParams({ q: text, peek: undefined })}
        />
        <div style={{ marginInlineStart: 'auto' }}>
          <ColumnChooser
            columns={all}
            chosen={chosen}
            onChoose={setChosen}
            density={settings?.density ?? 'compact'}
            onDensity={(density) => save.mutate({ density, etag: settings?.etag })}
          />
        </div>
      </div>
      <Beside peek={peeked && peek(peeked, close)}>
        <DataTable
          label={t(`${kind}.title`)}
          storageKey={kind}
          resetKey={q}
          fit={chosen === null || peekId !== null}
          columns={columns}
          rows={list.rows}
          rowId={rowId}
          rowName={rowName}
          total={list.hasNextPage ? null : list.rows.length}
          hasMore={list.hasNextPage}
          onMore={list.isFetchingNextPage ? undefined : () => void list.fetchNextPage()}
          loading={list.isPending}
          onOpen={onOpen ?? ((row) => setParams({ peek: rowId(row) }))}
          onPeek={(row) => setParams({ peek: row ? rowId(row) : undefined })}
          peeked={peekId}
          instead={list.rows.length > 0 ? null : <Instead kind={kind} list={list} q={q} />}
        />
      </Beside>
    </Page>
  );
}

/** What stands in the place of the rows: an error, none that fit, or none at all and how to get some. */
function Instead<R>({ kind, list, q }: Pick<Props<R>, 'kind' | 'list'> & { q: string }) {
  const { t } = useTranslation('records');
  const [, setParams] = useSearchParams();
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return null;
  if (q !== '') {
    return (
      <EmptyState
        title={t('noMatch.title')}
        actions={
          <Button variant="default" onClick={() => setParams({ q: undefined })}>
            {t('noMatch.clear')}
          </Button>
        }
      >
        {t('noMatch.words', { text: q })}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={t(`${kind}.empty`)}
      actions={
        <Button component="a" href="#/import">
          {t(`${kind}.import`)}
        </Button>
      }
    >
      {t(`${kind}.emptyWords`)}
    </EmptyState>
  );
}
