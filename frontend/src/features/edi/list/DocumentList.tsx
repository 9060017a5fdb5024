import { IconArrowDownLeft, IconArrowUpRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type EdiDocument, useEdiDocuments } from '@/api';
import { useGo, useSearchParams } from '@/lib/nav';
import { type Column, DataTable, EmptyState, ErrorState, pagedBy, StateBadge, When } from '@/ui';
import styles from '../edi.module.css';
import { nameOf, standing } from '../words';
import { Waits } from './Waits';

const documentId = ({ id }: EdiDocument) => id;
const documentName = ({ type, number }: EdiDocument) => `${type} ${number}`;

/** What was exchanged with trading partners, and what each of it waits for. */
export function DocumentList({ show }: { show: string }) {
  const { t } = useTranslation('edi');
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const list = useEdiDocuments(show ? { show } : {});
  const rows = list.data?.pages.flatMap(({ documents }) => documents) ?? [];
  const columns: Column<EdiDocument>[] = [
    {
      id: 'type',
      header: t('list.document'),
      width: 200,
      grow: 0.5,
      fixed: true,
      cell: (row) => (
        <span className={styles.typed}>
          <Way document={row} />
          <span className="ellipsis" title={nameOf(t, row)}>
            <strong>{row.type}</strong> {row.label}
          </span>
        </span>
      ),
    },
    {
      id: 'number',
      header: t('list.number'),
      width: 130,
      grow: 0.3,
      cell: (row) => <bdi className="clip">{row.number}</bdi>,
    },
    {
      id: 'partner',
      header: t('list.partner'),
      width: 120,
      drop: 2,
      cell: (row) => <bdi className="ellipsis">{row.channel}</bdi>,
    },
    {
      id: 'order',
      header: t('list.order'),
      width: 120,
      drop: 4,
      cell: (row) =>
        row.order_number !== row.number &&
        row.order_number && (
          <bdi className="clip">
            {row.order ? (
              <a href={`#/orders/${row.order}`} tabIndex={-1}>
                {row.order_number}
              </a>
            ) : (
              row.order_number
            )}
          </bdi>
        ),
    },
    {
      id: 'says',
      header: t('list.says'),
      width: 130,
      grow: 0.6,
      drop: 3,
      cell: (row) => (
        <span className="ellipsis" title={row.words}>
          {row.words}
        </span>
      ),
    },
    {
      id: 'state',
      header: t('list.state'),
      width: 150,
      cell: (row) => {
        const { state, word } = standing(row);
        return (
          <StateBadge state={state} {...(row.problems[0] && { title: row.problems[0].message })}>
            {t(`standing.${word}` as 'standing.taken')}
          </StateBadge>
        );
      },
    },
    {
      id: 'waits',
      header: t('list.waits'),
      width: 190,
      grow: 0.5,
      cell: (row) => <Waits waiting={row.waiting} short />,
    },
    { id: 'at', header: t('list.at'), width: 110, drop: 1, cell: (row) => <When at={row.at} short /> },
  ];
  return (
    <div className={styles.list}>
      <DataTable
        label={t('documents')}
        storageKey="edi"
        resetKey={show}
        columns={columns}
        rows={rows}
        rowId={documentId}
        rowName={documentName}
        {...pagedBy(list)}
        onOpen={(row) => go(`/edi/${row.id}`)}
        fit
        instead={
          list.error ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : list.data && rows.length === 0 ? (
            <EmptyState title={t('list.none.title')}>
              {t(params.show ? 'list.none.some' : 'list.none.all')}{' '}
              <button type="button" className="link" onClick={() => setParams({ show: undefined })}>
                {t('list.all')}
              </button>
            </EmptyState>
          ) : undefined
        }
      />
    </div>
  );
}

/** Which way a document went. */
export function Way({ document }: { document: EdiDocument }) {
  const { t } = useTranslation('edi');
  const Icon = document.direction === 'in' ? IconArrowDownLeft : IconArrowUpRight;
  return <Icon size={14} stroke={1.8} aria-label={t(`way.${document.direction}`)} className={styles.way} />;
}
