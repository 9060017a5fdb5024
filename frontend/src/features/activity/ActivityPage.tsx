import { Button, NativeSelect } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Run, useRuns } from '@/api';
import { useGo, useSearchParams } from '@/lib/nav';
import { duration } from '@/lib/when';
import {
  type Column,
  DataTable,
  EmptyState,
  insteadOf,
  Page,
  pagedBy,
  RunCause,
  RunKind,
  RunState,
  runKinds,
  When,
} from '@/ui';
import styles from './activity.module.css';

const runId = (run: Run): string => run.id;
const runName = (run: Run): string => run.title;

/** Everything Tradepost did, newest first: by hand, on schedule, or caught up after sleep. */
export function ActivityPage() {
  const { t } = useTranslation('activity');
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const kind = params.kind ?? '';
  const list = useRuns({ kind: kind || undefined, busy: true });
  const runs = useMemo(() => list.data?.pages.flatMap((page) => page.runs) ?? [], [list.data]);
  const columns = useColumns();
  return (
    <Page
      title={t('title')}
      actions={
        <NativeSelect
          aria-label={t('filter')}
          value={kind}
          onChange={(event) => setParams({ kind: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: t('all') },
            ...runKinds.map((each) => ({ value: each, label: t(`kinds.${each}`) })),
          ]}
        />
      }
    >
      <DataTable
        label={t('list')}
        storageKey="activity"
        resetKey={kind}
        columns={columns}
        rows={runs}
        rowId={runId}
        rowName={runName}
        total={list.hasNextPage ? null : runs.length}
        {...pagedBy(list)}
        onOpen={(run) => go(`/activity/${run.id}`)}
        instead={insteadOf(
          list,
          runs,
          kind !== '' ? (
            <EmptyState
              title={t('noneOfKind.title')}
              actions={
                <Button variant="default" onClick={() => setParams({ kind: undefined })}>
                  {t('noneOfKind.all')}
                </Button>
              }
            >
              {t('noneOfKind.words')}
            </EmptyState>
          ) : (
            <EmptyState
              title={t('empty.title')}
              actions={
                <>
                  <Button component="a" href="#/import">
                    {t('empty.import')}
                  </Button>
                  <Button variant="default" component="a" href="#/schedules?add=watch">
                    {t('empty.watch')}
                  </Button>
                </>
              }
            >
              {t('empty.words')}
            </EmptyState>
          ),
        )}
      />
    </Page>
  );
}

function useColumns(): Column<Run>[] {
  const { t } = useTranslation('activity');
  return useMemo(
    () => [
      { id: 'state', header: t('column.state'), width: 118, cell: (run) => <RunState state={run.state} /> },
      {
        id: 'title',
        header: t('column.title'),
        width: 200,
        grow: 1.5,
        fixed: true,
        cell: (run) => (
          <a href={`#/activity/${run.id}`} tabIndex={-1} className={styles.title} title={run.title}>
            {run.title}
          </a>
        ),
      },
      {
        id: 'words',
        header: t('column.words'),
        width: 150,
        grow: 1,
        cell: (run) => {
          const words = run.error?.message || run.words;
          return (
            <span className="ellipsis" title={words}>
              {words}
            </span>
          );
        },
      },
      {
        id: 'kind',
        header: t('column.kind'),
        width: 150,
        cell: (run) => (
          <span className={styles.soft}>
            <RunKind kind={run.kind} />
          </span>
        ),
      },
      {
        id: 'cause',
        header: t('column.cause'),
        width: 92,
        cell: (run) => (
          <span className={styles.soft}>
            <RunCause cause={run.cause} />
          </span>
        ),
      },
      { id: 'when', header: t('column.when'), width: 92, cell: (run) => <When at={run.started_at} /> },
      {
        id: 'took',
        header: t('column.took'),
        width: 84,
        align: 'end',
        cell: (run) => (run.duration_ms === null ? null : duration(run.duration_ms)),
      },
    ],
    [t],
  );
}
