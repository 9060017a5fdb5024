import { Button } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Stock, useLocations, usePlanEdits, useSaveSettings, useSettings, useStock } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { addAmounts, formatQuantity } from '@/lib/money';
import { href, useGo, useSearchParams } from '@/lib/nav';
import { useKept } from '@/lib/pageState';
import {
  Beside,
  type Column,
  ColumnChooser,
  NoticeLine,
  Page,
  pagedBy,
  SearchBox,
  visibleColumns,
  wordsOf,
} from '@/ui';
import { EditsPlan } from './EditsPlan';
import { type Extra, onHandAt } from './GridRow';
import {
  bounds,
  type Cell,
  layBlock,
  namedEdits,
  namesSkus,
  type PlacedEdit,
  parseBlock,
  type Range,
  readQuantity,
  type Size,
} from './grid';
import grid from './grid.module.css';
import { NoStock } from './NoStock';
import { levelKey, type PendingEdit, usePending } from './pending';
import { StockGrid } from './StockGrid';
import { StockPeek } from './StockPeek';
import { StockTabs } from './StockTabs';
import styles from './stock.module.css';

type Level = 'reserved' | 'available' | 'incoming';
const sumOf = (row: Stock, level: Level): string =>
  row.tracked ? addAmounts(row.locations.map((each) => String(each[level]))) : '';

/** What is on hand of each variant at each location, edited as in a spreadsheet and carried out as one batch. */
export function StockPage() {
  const [params, setParams] = useSearchParams();
  const work = usePending();
  if (params.plan === '1' && work.edits.length > 0)
    return <EditsPlan work={work} onBack={() => setParams({ plan: undefined })} />;
  return <Levels work={work} />;
}

/** Shift and the arrows select, typing changes, and all that changed waits below until it is looked at. */
function Levels({ work }: { work: ReturnType<typeof usePending> }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const q = params.q ?? '';
  const query = useStock(q);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.stock) ?? [], [query.data]);
  const places = useLocations().data;
  const names = useMemo(() => (places ?? []).map(({ name }) => name), [places]);
  const [notices, setNotices] = useState<string[]>([]);
  const [active, setActive] = useState<{ row?: Stock; location?: string; range?: Range }>({});
  const follow = useCallback(
    (row?: Stock, location?: string, range?: Range) => setActive({ row, location, range }),
    [],
  );
  const searchRef = useRef<HTMLInputElement>(null);
  const settings = useSettings().data;
  const save = useSaveSettings();
  const resolve = usePlanEdits();
  const [chosen, setChosen] = useKept<string[] | null>('stock.grid.columns', null);

  const all = useMemo<Column<Stock>[]>(() => {
    const column = (id: string, header: string, hidden?: boolean) => ({
      id,
      header,
      hidden,
      width: 96,
      cell: () => null,
    });
    return [
      column('title', t('grid.title')),
      ...names.map((name) => column(`at ${name}`, name)),
      column('reserved', t('column.reserved')),
      column('available', t('column.available')),
      column('backordered', t('grid.backordered'), true),
      column('incoming', t('column.incoming'), true),
    ];
  }, [names, t]);
  const shown = useMemo(() => visibleColumns(all, chosen).map(({ id }) => id), [all, chosen]);
  const locations = useMemo(() => names.filter((name) => shown.includes(`at ${name}`)), [names, shown]);
  const extras = useMemo<Extra[]>(
    () =>
      [
        { id: 'reserved', header: t('column.reserved'), value: (row: Stock) => sumOf(row, 'reserved') },
        { id: 'available', header: t('column.available'), value: (row: Stock) => sumOf(row, 'available') },
        { id: 'backordered', header: t('grid.backordered'), value: (row: Stock) => String(row.backordered) },
        { id: 'incoming', header: t('column.incoming'), value: (row: Stock) => sumOf(row, 'incoming') },
      ].filter(({ id }) => shown.includes(id)),
    [shown, t],
  );

  const value = useCallback(
    ({ row, col }: Cell): string => {
      const each = rows[row];
      const location = locations[col];
      if (!each || location === undefined) return '';
      return work.pending.get(levelKey(each.variant, location))?.to ?? onHandAt(each, location) ?? '';
    },
    [rows, locations, work.pending],
  );
  const { edit } = work;
  const take = useCallback(
    (edits: readonly PlacedEdit[]) => {
      const made: PendingEdit[] = [];
      const wrong: string[] = [];
      for (const { row, col, text } of edits) {
        const each = rows[row];
        const location = locations[col];
        if (!each || location === undefined) continue;
        const to = text === '' ? '' : readQuantity(text, language);
        if (to === null) wrong.push(text);
        else
          made.push({
            variant: each.variant,
            sku: each.sku,
            title: each.title,
            location,
            was: onHandAt(each, location),
            to,
          });
      }
      edit(made);
      setNotices(wrong.length > 0 ? [t('grid.noNumber', { count: wrong.length, text: wrong[0] })] : []);
    },
    [rows, locations, language, edit, t],
  );
  const pasteNamed = (block: string[][], col: number) => {
    const { edits, unknown } = namedEdits(block, locations, col);
    const problems = unknown.length > 0 ? [t('grid.noLocation', { names: unknown.join(', ') })] : [];
    const named = edits.flatMap(({ sku, location, text }) => {
      const on_hand = readQuantity(text, language);
      if (on_hand === null) problems.push(t('grid.noNumber', { count: 1, text }));
      return on_hand === null ? [] : [{ sku, location, on_hand, unseen: true }];
    });
    if (named.length === 0) return setNotices([...problems, t('grid.nothingPasted')]);
    resolve.mutate(
      { edits: named, reason: '' },
      {
        onSuccess: (plan) => {
          const bad = plan.edits.filter(({ verdict }) => verdict === 'error');
          edit(
            plan.edits
              .filter(({ verdict }) => verdict === 'new' || verdict === 'changed' || verdict === 'same')
              .map(({ variant, sku, title, location, now, to }) => ({
                variant: variant ?? '',
                sku,
                title,
                location,
                was: now === null ? null : String(now),
                to: String(to),
              })),
          );
          const words = bad.slice(0, 3).map(({ problem }) => problem ?? '');
          const more = bad.length > 3 ? [t('grid.moreWrong', { count: bad.length - 3 })] : [];
          setNotices([...new Set([...problems, ...words, ...more])]);
        },
        onError: (error) => setNotices([Object.values(wordsOf(error, t('grid.notRead'))).join(' ')]),
      },
    );
  };
  const paste = (text: string, range: Range, size: Size) => {
    const block = parseBlock(text);
    if (namesSkus(block, language)) return pasteNamed(block, bounds(range).left);
    const { edits, beyond } = layBlock(block, range, size);
    take(edits);
    if (beyond > 0) setNotices((before) => [...before, t('grid.beyond', { count: beyond })]);
  };

  const peeked = rows.find(({ variant }) => variant === params.peek);
  useKeys(t('views.stock'), [
    { keys: '/', label: t('grid.hint'), run: () => searchRef.current?.focus() },
    ...(work.edits.length > 0
      ? [{ keys: 'Mod+Enter', label: t('grid.look'), run: () => setParams({ plan: '1' }) }]
      : []),
    { keys: 'Escape', label: '', hidden: true, run: () => setParams({ peek: undefined }) },
    {
      keys: 'Space',
      label: t('grid.peek'),
      run: () => active.row && setParams({ peek: active.row.variant }),
    },
    { keys: 'o', label: t('grid.open'), run: () => active.row && go(`/stock/${active.row.variant}`) },
    { keys: 'Mod+d', label: t('grid.fillDown'), run: () => {} },
    { keys: 'Mod+z', label: t('grid.undo'), run: work.undo },
    { keys: 'Mod+Shift+Z', label: t('grid.redo'), run: work.redo },
  ]);
  return (
    <Page
      title={t('views.stock')}
      actions={
        <>
          <Button variant="subtle" color="gray" component="a" href="#/stock/rules">
            {t('grid.rules')}
          </Button>
          <Button variant="default" component="a" href="#/import">
            {t('grid.import')}
          </Button>
        </>
      }
    >
      <StockTabs active="levels" />
      <div className={styles.bar}>
        <SearchBox
          inputRef={searchRef}
          className={styles.search}
          value={q}
          hint={t('grid.hint')}
          onChange={(text) => setParams({ q: text })}
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
      {notices.length > 0 && (
        <div className={styles.notices}>
          {notices.map((words) => (
            <NoticeLine key={words} state="late">
              {words}
            </NoticeLine>
          ))}
        </div>
      )}
      <Beside peek={peeked && <StockPeek row={peeked} onClose={() => setParams({ peek: undefined })} />}>
        <StockGrid
          rows={rows}
          locations={locations}
          title={shown.includes('title')}
          extras={extras}
          total={query.hasNextPage ? null : rows.length}
          {...pagedBy(query)}
          resetKey={q}
          pending={work.pending}
          language={language}
          value={value}
          onEdits={take}
          onPaste={paste}
          onUndo={work.undo}
          onRedo={work.redo}
          onOpen={(row) => go(`/stock/${row.variant}`)}
          onPeek={(row) => setParams({ peek: params.peek === row.variant ? undefined : row.variant })}
          onActive={follow}
          instead={rows.length > 0 ? null : <NoStock query={query} q={q} />}
        />
      </Beside>
      {rows.length > 0 && (
        <div className={grid.status}>
          {work.edits.length > 0 ? (
            <>
              <strong role="status">
                {t('grid.edited', {
                  count: work.edits.length,
                  number: formatCount(work.edits.length, language),
                })}
              </strong>
              <span>{t('grid.notYet')}</span>
              <div className={grid.actions}>
                <Button variant="subtle" color="gray" size="compact-sm" onClick={work.clear}>
                  {t('grid.discard')}
                </Button>
                <Button size="compact-sm" onClick={() => setParams({ plan: '1' })}>
                  {t('grid.look')}
                </Button>
              </div>
            </>
          ) : (
            <ActiveWords {...active} />
          )}
        </div>
      )}
    </Page>
  );
}

/** What the active cell is about, in words. */
function ActiveWords({ row, location, range }: { row?: Stock; location?: string; range?: Range }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  if (!row || location === undefined) return <span>{t('grid.none')}</span>;
  const level = row.locations.find((each) => each.location === location);
  const text = (value: unknown) => formatQuantity(String(value), language);
  const { top, bottom, left, right } = bounds(range ?? { from: { row: 0, col: 0 }, to: { row: 0, col: 0 } });
  const cells = (bottom - top + 1) * (right - left + 1);
  return (
    <>
      <a href={href(`/stock/${row.variant}`)}>
        <bdi className="mono">{row.sku || row.title}</bdi>
      </a>
      <span>
        <bdi>{location}</bdi>
      </span>
      {level ? (
        <span>
          {t('grid.levels', {
            onHand: text(level.on_hand),
            reserved: text(level.reserved),
            available: text(level.available),
          })}
        </span>
      ) : (
        <span>{t('grid.startWords')}</span>
      )}
      {cells > 1 && <span>{t('grid.selected', { count: cells, number: formatCount(cells, language) })}</span>}
      <span className={grid.actions}>{t('grid.keys')}</span>
    </>
  );
}
