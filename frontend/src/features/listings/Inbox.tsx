import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type SuggestedListing, useChannels } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import {
  BulkBar,
  ChannelMark,
  type Column,
  DataTable,
  EmptyState,
  insteadOf,
  isEmpty,
  noSelection,
  pagedBy,
  type Selection,
  StateBadge,
} from '@/ui';
import styles from './listings.module.css';
import { bestOf, nameOf, stateOf } from './words';

interface Props {
  tab: 'unlinked' | 'ignored';
  list: {
    isPending: boolean;
    error: unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    fetchNextPage: () => unknown;
    refetch: () => unknown;
  };
  rows: readonly SuggestedListing[];
  resetKey: string;
  peeked: string | null;
  onPeek: (listing: SuggestedListing | null) => void;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  onLink: () => void;
  onIgnore: () => void;
}

const rowId = (row: SuggestedListing): string => row.id;

/** The listings that wait, each with what it most likely is. */
export function Inbox(props: Props) {
  const { t } = useTranslation('listings');
  const { language } = useLocale();
  const channels = useChannels().data;
  const { tab, list, rows, selection, onSelection } = props;
  const columns = useMemo<Column<SuggestedListing>[]>(
    () => [
      {
        id: 'listing',
        header: t('column.listing'),
        width: 220,
        grow: 1.4,
        fixed: true,
        cell: (row) => (
          <span className={styles.what} title={row.title}>
            {row.sku && <bdi className="mono">{row.sku}</bdi>}
            <bdi className="clip">{row.title}</bdi>
          </span>
        ),
      },
      {
        id: 'channel',
        header: t('column.channel'),
        width: 130,
        drop: 2,
        cell: ({ channel }) => (
          <ChannelMark name={channel} kind={channels?.find(({ name }) => name === channel)?.kind ?? ''} />
        ),
      },
      {
        id: 'orders',
        header: t('column.orders'),
        width: 70,
        align: 'end',
        drop: 3,
        cell: ({ orders }) => (orders > 0 ? formatCount(orders, language) : ''),
      },
      ...(tab === 'ignored'
        ? [
            {
              id: 'reason',
              header: t('column.reason'),
              width: 160,
              grow: 1,
              cell: (row: SuggestedListing) => <bdi className="clip">{row.ignored}</bdi>,
            },
          ]
        : [
            {
              id: 'suggestion',
              header: t('column.suggestion'),
              width: 240,
              grow: 1,
              fixed: true,
              cell: (row: SuggestedListing) => <Best listing={row} />,
            },
            {
              id: 'why',
              header: t('column.why'),
              width: 180,
              grow: 1.2,
              drop: 1,
              cell: (row: SuggestedListing) => (
                <span className={`clip ${styles.soft}`} title={bestOf(row)?.why}>
                  {bestOf(row)?.why}
                </span>
              ),
            },
          ]),
    ],
    [t, channels, language, tab],
  );
  const selected = rows.filter(({ id }) => selection.ids.has(id));
  const linkable = selected.filter((row) => bestOf(row)).length;
  return (
    <div className={styles.list}>
      <DataTable
        label={t('title')}
        storageKey="listings"
        resetKey={props.resetKey}
        fit
        workedOff
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowName={nameOf}
        total={list.hasNextPage ? null : rows.length}
        {...pagedBy(list)}
        onOpen={props.onPeek}
        onPeek={props.onPeek}
        peeked={props.peeked}
        selection={tab === 'unlinked' ? selection : undefined}
        onSelection={tab === 'unlinked' ? onSelection : undefined}
        instead={insteadOf(list, rows, <None tab={tab} />)}
      />
      {!isEmpty(selection) && (
        <BulkBar
          selected={selected.length}
          matching={list.hasNextPage ? null : rows.length}
          all={false}
          onAll={() => onSelection({ all: false, ids: new Set(rows.map(rowId)) })}
          onNone={() => onSelection(noSelection)}
        >
          {linkable > 0 && (
            <Button variant="default" onClick={props.onLink}>
              {t('linkSelected', { count: linkable })}
            </Button>
          )}
          <Button variant="default" onClick={props.onIgnore}>
            {t('key.ignore')}
          </Button>
        </BulkBar>
      )}
    </div>
  );
}

function Best({ listing }: { listing: SuggestedListing }) {
  const { t } = useTranslation('listings');
  const best = bestOf(listing);
  if (!best) return <span className={styles.soft}>{t('none')}</span>;
  const { sku, title } = best.variant;
  return (
    <span className={styles.what} title={title}>
      <StateBadge state={stateOf[best.sure]}>{t(`sure.${best.sure}`)}</StateBadge>
      <bdi className="mono">{best.pack > 1 ? t('pack', { sku, count: best.pack }) : sku}</bdi>
      <bdi className="clip">{title}</bdi>
    </span>
  );
}

function None({ tab }: Pick<Props, 'tab'>) {
  const { t } = useTranslation('listings');
  return (
    <EmptyState
      title={tab === 'ignored' ? t('emptyIgnored') : t('empty')}
      actions={
        <>
          <Button variant="default" component="a" href="#/products">
            {t('products')}
          </Button>
          <Button variant="default" component="a" href="#/orders">
            {t('orders')}
          </Button>
        </>
      }
    >
      {tab === 'ignored' ? t('emptyIgnoredWords') : t('emptyWords')}
    </EmptyState>
  );
}
