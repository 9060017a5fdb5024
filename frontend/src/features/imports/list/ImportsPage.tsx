import { Button } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useImports } from '@/api';
import { useKeys } from '@/lib/keys';
import { useGo, useSearchParams } from '@/lib/nav';
import { DataTable, ErrorState, NoticeLine, Page, pagedBy } from '@/ui';
import { CameIn } from '../intake/CameIn';
import { putAwayFile, useCame, useKeptFile, useKeptFiles } from '../intake/keptFiles';
import { useChoose } from '../intake/useChoose';
import { UnknownFile } from '../unknown/UnknownFile';
import { ApplyAll } from './ApplyAll';
import { batchId, batchName, useImportColumns } from './columns';
import { NoImports } from './NoImports';

/** Every file that came in, newest first; or the one nobody knows. */
export function ImportsPage() {
  const [params] = useSearchParams();
  const unknown = useKeptFile(params.file);
  if (unknown && !unknown.recognition) return <UnknownFile key={unknown.id} file={unknown} />;
  return <Imports />;
}

function Imports() {
  const { t } = useTranslation('imports');
  const [params, setParams] = useSearchParams();
  const go = useGo();
  const choose = useChoose();
  const list = useImports();
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.imports) ?? [], [list.data]);
  const columns = useImportColumns();
  const came = useCame();
  // What came in just now is in its own list already.
  const unknown = useKeptFiles().filter(
    ({ id, recognition }) => recognition === null && !came.some(({ file }) => file === id),
  );
  useEffect(() => {
    if (params.choose === undefined) return;
    setParams({ choose: undefined });
    choose();
  }, [params.choose, setParams, choose]);
  useKeys(t('title'), [
    { keys: 'o', label: t('choose'), run: choose },
    { keys: 'l', label: t('map.layouts'), run: () => go('/import/layouts') },
  ]);
  const none = !list.isPending && !list.error && rows.length === 0;
  return (
    <Page
      title={t('title')}
      beside={<a href="#/import/layouts">{t('map.layouts')}</a>}
      actions={
        !none && (
          <>
            <span className="meta">{t('orDrop')}</span>
            <Button onClick={choose}>{t('choose')}</Button>
          </>
        )
      }
    >
      <CameIn batches={rows} />
      <ApplyAll batches={rows} />
      {unknown.map((file) => (
        <NoticeLine
          key={file.id}
          state="needs_you"
          action={
            <>
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => putAwayFile(file.id)}>
                {t('unknown.putAway')}
              </Button>
              <Button size="compact-xs" variant="default" onClick={() => go(`/import?file=${file.id}`)}>
                {t('came.map')}
              </Button>
            </>
          }
        >
          {t('unknown.line', { name: file.name })}
        </NoticeLine>
      ))}
      <DataTable
        label={t('history')}
        storageKey="imports"
        columns={columns}
        rows={rows}
        rowId={batchId}
        rowName={batchName}
        total={list.hasNextPage ? null : rows.length}
        {...pagedBy(list)}
        fit
        onOpen={(batch) => go(`/import/${batch.id}`)}
        instead={
          list.error && rows.length === 0 ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : none ? (
            <NoImports />
          ) : null
        }
      />
    </Page>
  );
}
