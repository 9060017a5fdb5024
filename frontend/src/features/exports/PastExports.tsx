import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ExportRun, useExports } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { useSearchParams } from '@/lib/nav';
import {
  Beside,
  type Column,
  DataTable,
  EmptyState,
  insteadOf,
  pagedBy,
  RunState,
  SidePeek,
  When,
} from '@/ui';
import { ExportResult } from './ExportResult';
import styles from './exports.module.css';

const exportId = ({ id }: ExportRun): string => id;
const exportName = ({ template }: ExportRun): string => template;

/** What was sent where, and when. */
export function PastExports() {
  const { t } = useTranslation('exports');
  const [params, setParams] = useSearchParams();
  const list = useExports();
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.exports) ?? [], [list.data]);
  const columns = useColumns();
  const shown = rows.find(({ id }) => id === params.run);
  return (
    <Beside
      peek={
        shown && (
          <SidePeek title={shown.template} onClose={() => setParams({ run: undefined })}>
            <ExportResult done={shown} />
          </SidePeek>
        )
      }
    >
      <DataTable
        label={t('tab.past')}
        storageKey="exports.past"
        columns={columns}
        rows={rows}
        rowId={exportId}
        rowName={exportName}
        total={list.hasNextPage ? null : rows.length}
        {...pagedBy(list)}
        fit
        onOpen={({ id }) => setParams({ run: id })}
        onPeek={(row) => setParams({ run: row?.id })}
        peeked={params.run ?? null}
        instead={insteadOf(
          list,
          rows,
          <EmptyState
            title={t('empty.title')}
            actions={
              <>
                <Button component="a" href="#/exports/1">
                  {t('exportOrders')}
                </Button>
                <Button variant="default" component="a" href="#/exports">
                  {t('empty.templates')}
                </Button>
              </>
            }
          >
            {t('empty.words')}
          </EmptyState>,
        )}
      />
    </Beside>
  );
}

function useColumns(): Column<ExportRun>[] {
  const { t } = useTranslation('exports');
  const { language } = useLocale();
  return useMemo(
    () => [
      { id: 'state', header: t('column.state'), width: 118, cell: ({ state }) => <RunState state={state} /> },
      {
        id: 'template',
        header: t('column.name'),
        width: 190,
        grow: 1,
        fixed: true,
        cell: ({ template }) => (
          <span className={styles.name} title={template}>
            {template}
          </span>
        ),
      },
      {
        id: 'file',
        header: t('column.file'),
        width: 180,
        grow: 1,
        cell: ({ files }) => (
          <span className="ellipsis" title={files.map(({ name }) => name).join(', ')}>
            {files.length > 1
              ? t('files', { first: files[0]?.name, count: files.length - 1 })
              : files[0]?.name}
          </span>
        ),
      },
      {
        id: 'records',
        header: t('column.records'),
        width: 84,
        align: 'end',
        cell: ({ records }) => formatCount(records, language),
      },
      {
        id: 'left',
        header: t('column.leftOut'),
        width: 84,
        align: 'end',
        cell: ({ left_out }) => (left_out > 0 ? formatCount(left_out, language) : null),
      },
      {
        id: 'target',
        header: t('column.target'),
        width: 110,
        cell: ({ target }) => <span className={styles.soft}>{target}</span>,
      },
      {
        id: 'when',
        header: t('column.when'),
        width: 100,
        cell: ({ started_at }) => <When at={started_at} />,
      },
    ],
    [t, language],
  );
}
