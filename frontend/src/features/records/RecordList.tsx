import { Button } from '@mantine/core';
import { type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useRowDensity } from '@/api';
import { useKeys } from '@/lib/keys';
import { useSearchParams } from '@/lib/nav';
import { useKept } from '@/lib/pageState';
import {
  Beside,
  type Column,
  ColumnChooser,
  DataTable,
  EmptyState,
  insteadOf,
  ListBar,
  NoMatch,
  Page,
  pagedBy,
  SearchBox,
  visibleColumns,
} from '@/ui';

/** What TanStack's infinite query gives, as far as a list needs it. */
interface Listed<R> {
  rows: R[];
  isPending: boolean;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
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
  const density = useRowDensity();
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
        list.rows.length > 0 && (
          <Button variant="default" component="a" href="#/import">
            {t(`${kind}.import`)}
          </Button>
        )
      }
    >
      <ListBar aside={<ColumnChooser columns={all} chosen={chosen} onChoose={setChosen} {...density} />}>
        <SearchBox
          inputRef={searchRef}
          value={q}
          hint={t(`${kind}.hint`)}
          onChange={(text) => setParams({ q: text, peek: undefined })}
        />
      </ListBar>
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
          {...pagedBy(list)}
          onOpen={onOpen ?? ((row) => setParams({ peek: rowId(row) }))}
          onPeek={(row) => setParams({ peek: row ? rowId(row) : undefined })}
          peeked={peekId}
          instead={insteadOf(list, list.rows, <None kind={kind} q={q} />)}
        />
      </Beside>
    </Page>
  );
}

/** What is said where there are no rows: none that fit, or none at all and how to get some. */
function None({ kind, q }: { kind: 'products' | 'customers'; q: string }) {
  const { t } = useTranslation('records');
  const [, setParams] = useSearchParams();
  if (q !== '') return <NoMatch text={q} onClear={() => setParams({ q: undefined })} />;
  return (
    <EmptyState
      title={t(`${kind}.empty`)}
      actions={
        <>
          <Button component="a" href="#/import">
            {t(`${kind}.import`)}
          </Button>
          <Button variant="default" component="a" href="#/connections/new">
            {t('connect')}
          </Button>
        </>
      }
    >
      {t(`${kind}.emptyWords`)}
    </EmptyState>
  );
}
