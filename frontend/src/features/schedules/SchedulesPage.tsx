import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useWatches } from '@/api';
import { useKeys } from '@/lib/keys';
import { useSearchParams } from '@/lib/nav';
import { EmptyState, ErrorState, Page } from '@/ui';
import styles from './schedules.module.css';
import { WatchForm } from './WatchForm';
import { WatchList } from './WatchList';
import { WatchPanel } from './WatchPanel';

/** The folders Tradepost looks into by itself, and what it found there. */
export function SchedulesPage() {
  const { t } = useTranslation('schedules');
  const [params, setParams] = useSearchParams();
  const watches = useWatches();
  const list = watches.data ?? [];
  const chosen = list.find(({ id }) => id === params.watch);
  const editing = list.find(({ id }) => id === params.edit);
  const add = () => setParams({ add: '1' });
  const close = () => setParams({ add: undefined, edit: undefined });
  useKeys(t('title'), [{ keys: 'n', label: t('add'), run: add }]);
  const none = watches.data !== undefined && list.length === 0;
  return (
    <Page title={t('title')} actions={list.length > 0 && <Button onClick={add}>{t('add')}</Button>}>
      {watches.error && list.length === 0 && (
        <ErrorState error={watches.error} onRetry={() => void watches.refetch()} />
      )}
      {none && (
        <EmptyState
          title={t('empty.title')}
          actions={
            <>
              <Button onClick={add}>{t('add')}</Button>
              <Button variant="default" component="a" href="#/import">
                {t('empty.import')}
              </Button>
            </>
          }
        >
          {t('empty.words')}
        </EmptyState>
      )}
      {list.length > 0 && (
        <div className={styles.split}>
          <WatchList
            watches={list}
            chosen={chosen?.id}
            onChoose={(id) => setParams({ watch: id })}
            onEdit={(id) => setParams({ edit: id })}
          />
          {chosen && (
            <WatchPanel
              key={chosen.id}
              watch={chosen}
              onEdit={() => setParams({ edit: chosen.id })}
              onClose={() => setParams({ watch: undefined })}
            />
          )}
        </div>
      )}
      {(params.add !== undefined || editing) && (
        <WatchForm
          watch={editing}
          onClose={close}
          onSaved={(id) => setParams({ add: undefined, edit: undefined, watch: id })}
        />
      )}
    </Page>
  );
}
