import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OrderRow, useOrderCounts, useOrderRows, useRowDensity } from '@/api';
import { exportWords } from '@/lib/exportWords';
import { useKeys } from '@/lib/keys';
import { href, useGo, useSearchParams } from '@/lib/nav';
import { remember, useKept, usePageState } from '@/lib/pageState';
import {
  Beside,
  ColumnChooser,
  DataTable,
  ListBar,
  noSelection,
  Page,
  pagedBy,
  SearchBox,
  type Selection,
  visibleColumns,
} from '@/ui';
import { OrdersBulkBar } from './BulkBar';
import { type BulkAsk, BulkDialog } from './BulkDialog';
import styles from './cells.module.css';
import { rowId, rowName, useOrderColumns } from './columns';
import { OrderFilters } from './Filters';
import { knownTotal, readFilter, signature } from './filter';
import { LinkDrawer } from './LinkDrawer';
import { OrderPeek } from './Peek';
import { useInstead } from './useInstead';
import { ViewTabs } from './ViewTabs';

export function OrdersPage() {
  const { t } = useTranslation('orders');
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => readFilter(params), [params]);
  const sign = signature(filter);
  const list = useOrderRows(filter);
  const counts = useOrderCounts().data;
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.rows) ?? [], [list.data]);
  const total = list.hasNextPage ? knownTotal(filter, counts) : rows.length;
  const [selection, setSelection] = usePageState<Selection>('orders.selection', noSelection);
  const [bulk, setBulk] = useState<BulkAsk | null>(null);
  const [linking, setLinking] = useState(false);
  const peekId = params.peek ?? null;
  const narrow = useMediaQuery('(max-width: 1365px)') ?? false;
  const allColumns = useOrderColumns(narrow || peekId !== null);
  const [chosen, setChosen] = useKept<string[] | null>('orders.columns', null);
  const columns = useMemo(() => visibleColumns(allColumns, chosen), [allColumns, chosen]);
  const density = useRowDensity();
  const peeked = peekId === null ? undefined : rows.find((row) => row.id === peekId);

  // A new filter is a new question: what was selected for the old one is let go.
  const selectedFor = useRef(sign);
  useEffect(() => {
    if (selectedFor.current !== sign) setSelection(noSelection);
    selectedFor.current = sign;
  }, [sign, setSelection]);

  const open = (row: OrderRow) => {
    remember('orders.sequence', rows.map(rowId));
    go(`/orders/${row.id}`);
  };
  const { instead, searchRef } = useInstead(list, rows.length, filter, counts);
  useKeys(t('title'), [
    { keys: '/', label: t('keys.search'), run: () => searchRef.current?.focus() },
    { keys: 'l', label: t('keys.link'), run: () => setLinking(true) },
  ]);

  return (
    <Page
      title={t('title')}
      actions={
        <>
          {(counts?.unlinked ?? 0) > 0 && (
            <Button variant="default" onClick={() => setLinking(true)}>
              {t('link.open')}
            </Button>
          )}
          {(counts?.all ?? 0) > 0 && (
            <Button
              variant="default"
              component="a"
              href={href('/exports/1', { filter: exportWords({ ...filter }) })}
            >
              {t('export')}
            </Button>
          )}
        </>
      }
    >
      <ViewTabs filter={filter} counts={counts} />
      <ListBar
        aside={<ColumnChooser columns={allColumns} chosen={chosen} onChoose={setChosen} {...density} />}
      >
        <SearchBox
          inputRef={searchRef}
          className={styles.search}
          value={filter.search ?? ''}
          hint={t('searchHint')}
          onChange={(search) => setParams({ search })}
        />
        <OrderFilters
          filter={filter}
          counts={counts}
          onChange={(key, value) => setParams({ [key]: value, view: params.view })}
        />
      </ListBar>
      <Beside
        peek={
          peekId !== null && (
            <OrderPeek
              id={peekId}
              row={peeked}
              onOpen={() => go(href(`/orders/${peekId}`))}
              onClose={() => setParams({ peek: undefined })}
            />
          )
        }
      >
        <DataTable
          label={t('list')}
          storageKey="orders"
          resetKey={sign}
          fit={chosen === null || peekId !== null}
          columns={columns}
          rows={rows}
          rowId={rowId}
          rowName={rowName}
          total={total}
          {...pagedBy(list)}
          onOpen={open}
          onPeek={(row) => setParams({ peek: row?.id })}
          peeked={peekId}
          selection={selection}
          onSelection={setSelection}
          instead={instead}
        />
      </Beside>
      <OrdersBulkBar
        selection={selection}
        onSelection={setSelection}
        rows={rows}
        total={total}
        filter={filter}
        onAsk={setBulk}
      />
      {bulk && (
        <BulkDialog
          ask={bulk}
          tags={counts?.tags.map(({ tag }) => tag) ?? []}
          onClose={() => setBulk(null)}
          onDone={() => setSelection(noSelection)}
        />
      )}
      <LinkDrawer opened={linking} onClose={() => setLinking(false)} />
    </Page>
  );
}
