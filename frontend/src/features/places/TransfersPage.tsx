import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Transfer, useStockMarks, useTransfers } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { addAmounts, formatQuantity, isZero } from '@/lib/money';
import { useGo } from '@/lib/nav';
import {
  type Column,
  DataTable,
  EmptyState,
  insteadOf,
  Page,
  pagedBy,
  StateBadge,
  StockNav,
  When,
} from '@/ui';
import styles from './places.module.css';
import { TransferForm } from './TransferForm';
import { transferState } from './words';

const rowId = (row: Transfer): string => row.id;
const rowName = (row: Transfer): string => `${row.from} → ${row.to}`;

/** Goods between locations, newest first. */
export function TransfersPage() {
  const { t } = useTranslation('places');
  const go = useGo();
  const list = useTransfers();
  const rows = useMemo(() => list.data?.pages.flatMap(({ transfers }) => transfers) ?? [], [list.data]);
  const columns = useColumns();
  const [making, setMaking] = useState(false);
  const add = <Button onClick={() => setMaking(true)}>{t('transfer.new')}</Button>;
  useKeys(t('nav.transfers'), [{ keys: 'n', label: t('transfer.new'), run: () => setMaking(true) }]);
  return (
    <Page title={t('nav.transfers')} actions={rows.length > 0 && add}>
      <StockNav active="transfers" marks={useStockMarks()} />
      <DataTable
        label={t('nav.transfers')}
        storageKey="transfers"
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowName={rowName}
        {...pagedBy(list)}
        onOpen={({ id }) => go(`/stock/transfers/${id}`)}
        fit
        instead={insteadOf(
          list,
          rows,
          <EmptyState
            title={t('transfer.none')}
            actions={
              <>
                {add}
                <Button variant="default" component="a" href="#/stock/locations">
                  {t('transfer.locations')}
                </Button>
              </>
            }
          >
            {t('transfer.noneWords')}
          </EmptyState>,
        )}
      />
      {making && <TransferForm onClose={() => setMaking(false)} />}
    </Page>
  );
}

function useColumns(): Column<Transfer>[] {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  return useMemo(() => {
    const onWay = ({ lines }: Transfer) => addAmounts(lines.map((line) => String(line.in_transit)));
    return [
      {
        id: 'number',
        header: t('transfer.one'),
        width: 120,
        fixed: true,
        cell: ({ id }) => <span className={styles.name}>{t('transfer.number', { id })}</span>,
      },
      {
        id: 'way',
        header: t('transfer.way'),
        width: 190,
        grow: 1,
        cell: ({ from, to }) => (
          <span className="clip" title={`${from} → ${to}`}>
            <bdi>{from}</bdi> → <bdi>{to}</bdi>
          </span>
        ),
      },
      {
        id: 'note',
        header: t('note'),
        width: 120,
        grow: 1,
        drop: 2,
        cell: ({ note }) => (
          <bdi className="clip soft" title={note ?? undefined}>
            {note}
          </bdi>
        ),
      },
      {
        id: 'state',
        header: t('state'),
        width: 124,
        cell: ({ state }) => (
          <StateBadge state={transferState[state]}>{t(`transfer.state.${state}`)}</StateBadge>
        ),
      },
      {
        id: 'products',
        header: t('transfer.products'),
        width: 84,
        align: 'end',
        drop: 3,
        cell: ({ lines }) => formatCount(lines.length, language),
      },
      {
        id: 'onWay',
        header: t('transfer.inTransit'),
        width: 112,
        align: 'end',
        cell: (row) => (isZero(onWay(row)) ? '' : formatQuantity(onWay(row), language)),
      },
      {
        id: 'sent',
        header: t('transfer.sentAt'),
        width: 104,
        drop: 1,
        cell: ({ sent_at }) => <When at={sent_at} short />,
      },
    ];
  }, [t, language]);
}
