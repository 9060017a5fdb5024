import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuarantine } from '@/api';
import { useKeys } from '@/lib/keys';
import { useSearchParams } from '@/lib/nav';
import { Awaited, Beside, EmptyState, noSelection, Page, type Selection } from '@/ui';
import { CauseList } from './CauseList';
import { causeOf, ofCause, type Waiting } from './causes';
import { DismissDialog } from './DismissDialog';
import { RecordPanel } from './RecordPanel';
import { useRetry } from './useRetry';
import { WaitingList } from './WaitingList';

/** What could not come in, by cause, with what to do; the rest went on without it. */
export function QuarantinePage() {
  const { t } = useTranslation('quarantine');
  const [params, setParams] = useSearchParams();
  const list = useQuarantine();
  const groups = list.data?.pages[0]?.groups ?? [];
  const messages = useMemo(() => list.data?.pages.flatMap((page) => page.messages) ?? [], [list.data]);
  const cause = groups.some((group) => causeOf(group) === params.cause) ? params.cause : undefined;
  const rows = useMemo(() => ofCause(messages, cause), [messages, cause]);
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [dismissing, setDismissing] = useState<readonly string[] | null>(null);
  const { retry, busy } = useRetry();
  const peeked = messages.find(({ id }) => id === params.peek);
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const selected = rows.filter(({ id }) => selection.ids.has(id)).map(({ id }) => id);
  const one = (message: Waiting) => retry({ ids: [message.id] });
  useKeys(t('title'), [
    ...(peeked
      ? [
          { keys: 'r', label: t('retry.one'), run: () => one(peeked) },
          { keys: 'd', label: t('dismiss.one'), run: () => setDismissing([peeked.id]) },
        ]
      : []),
    ...(total > 0 ? [{ keys: 'Shift+r', label: t('retry.allKey'), run: () => retry({ all: true }) }] : []),
  ]);
  const none = list.data !== undefined && messages.length === 0;
  return (
    <Page
      title={t('title')}
      actions={
        total > 0 && (
          <Button onClick={() => retry({ all: true })} loading={busy}>
            {t('retry.all', { count: total })}
          </Button>
        )
      }
    >
      <Awaited query={list} />
      {none && (
        <EmptyState
          title={t('empty.title')}
          actions={
            <>
              <Button variant="default" component="a" href="#/import">
                {t('empty.imports')}
              </Button>
              <Button variant="default" component="a" href="#/orders">
                {t('empty.orders')}
              </Button>
            </>
          }
        >
          {t('empty.words')}
        </EmptyState>
      )}
      {messages.length > 0 && (
        <>
          <CauseList
            groups={groups}
            cause={cause}
            onChoose={(next) => {
              setSelection(noSelection);
              setParams({ cause: next, peek: undefined });
            }}
            onRetry={(group) => retry({ ids: ofCause(messages, causeOf(group)).map(({ id }) => id) })}
            busy={busy}
          />
          <Beside
            ruled
            peek={
              peeked && (
                <RecordPanel
                  key={peeked.id}
                  message={peeked}
                  busy={busy}
                  onRetry={() => one(peeked)}
                  onDismiss={() => setDismissing([peeked.id])}
                  onClose={() => setParams({ peek: undefined })}
                />
              )
            }
          >
            <WaitingList
              rows={rows}
              resetKey={cause ?? ''}
              total={list.hasNextPage ? null : rows.length}
              hasMore={list.hasNextPage}
              onMore={list.isFetchingNextPage ? undefined : () => void list.fetchNextPage()}
              peeked={params.peek ?? null}
              onPeek={(message) => setParams({ peek: message?.id })}
              selection={selection}
              onSelection={setSelection}
              selected={selected}
              onRetry={() => {
                retry({ ids: selected });
                setSelection(noSelection);
              }}
              onDismiss={() => setDismissing(selected)}
            />
          </Beside>
        </>
      )}
      {dismissing && (
        <DismissDialog
          ids={dismissing}
          onClose={() => setDismissing(null)}
          onDone={() => {
            setSelection(noSelection);
            setParams({ peek: undefined });
          }}
        />
      )}
    </Page>
  );
}
