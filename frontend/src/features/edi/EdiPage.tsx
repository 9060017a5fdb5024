import { Button } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEdiDocuments, useLookAtEdi, usePlanImport, useTakeFilePath, useUploadFile } from '@/api';
import { type Dropped, useClaimedDrops } from '@/lib/drops';
import { native } from '@/lib/native';
import { useGo, useSearchParams } from '@/lib/nav';
import { ErrorState, Page, StateBadge, showProblem, Tabs } from '@/ui';
import styles from './edi.module.css';
import { Hello } from './Hello';
import { Look } from './Look';
import { DocumentList } from './list/DocumentList';
import { Partners } from './Partners';
import { stateOf } from './verdict';

const views = [
  '',
  'waiting',
  'orders',
  'refused',
  'unacknowledged',
  'unmatched',
  'partners',
  'read',
] as const;
type View = (typeof views)[number];

/** What was exchanged with trading partners; and whatever EDI is pasted or dropped, in plain words. */
export function EdiPage() {
  const { t } = useTranslation('edi');
  const [params, setParams] = useSearchParams();
  const look = useLookAtEdi();
  const [source, setSource] = useState<Blob | string | null>(null);
  const { mutate } = look;
  const show = useCallback(
    (one: Blob | string) => {
      setSource(one);
      mutate(one);
    },
    [mutate],
  );
  const take = useCallback(
    (dropped: Dropped) => {
      const first = dropped[0];
      if (first) show(first);
    },
    [show],
  );
  const takeText = useCallback((text: string) => show(new Blob([text])), [show]);
  useClaimedDrops(take);
  usePastedText(takeText);
  const first = useEdiDocuments({});
  const any = (first.data?.pages[0]?.documents.length ?? 0) > 0;
  const asked = views.find((each) => each === params.show) ?? '';
  const view: View = look.data || look.error || (first.data && !any) ? 'read' : asked;
  const verdict = view === 'read' ? look.data && stateOf(look.data) : undefined;
  return (
    <Page
      title={t('title')}
      beside={
        verdict && (
          <StateBadge state={verdict.state} soft>
            {t(`verdict.${verdict.word}`)}
            {verdict.errors > 0 && ` · ${t('verdict.errors', { count: verdict.errors })}`}
          </StateBadge>
        )
      }
      actions={
        look.data ? (
          <>
            <Button variant="default" onClick={look.reset}>
              {t(any ? 'close' : 'another')}
            </Button>
            <Button variant="default" onClick={() => choose(t('hello.choose'), take)}>
              {t('hello.choose')}
            </Button>
            {source !== null && <TakeIn source={source} />}
          </>
        ) : (
          any && (
            <Button variant="default" onClick={() => choose(t('hello.choose'), take)}>
              {t('hello.choose')}
            </Button>
          )
        )
      }
    >
      {any && !look.data && (
        <Tabs
          label={t('tab.label')}
          tabs={views.map((each) => ({ id: each || 'all', label: t(`tab.${each || 'all'}`) }))}
          active={view || 'all'}
          onChange={(next) => {
            look.reset();
            setParams({ show: next === 'all' ? undefined : next });
          }}
        />
      )}
      {view === 'partners' ? (
        <Partners />
      ) : view !== 'read' ? (
        <DocumentList show={view} />
      ) : look.data ? (
        <Look look={look.data} />
      ) : (
        <div className={styles.said}>
          {look.error && <ErrorState error={look.error} onRetry={look.reset} />}
          <Hello busy={look.isPending} onText={takeText} onChoose={() => choose(t('hello.choose'), take)} />
        </div>
      )}
    </Page>
  );
}

/** From looking at a file to its plan. */
function TakeIn({ source }: { source: Blob | string }) {
  const { t } = useTranslation('edi');
  const go = useGo();
  const upload = useUploadFile();
  const takePath = useTakeFilePath();
  const plan = usePlanImport();
  const run = async () => {
    const file = await (typeof source === 'string'
      ? takePath.mutateAsync(source)
      : upload.mutateAsync(source instanceof File ? source : new File([source], t('pastedName'))));
    const batch = await plan.mutateAsync({
      file: file.id,
      file_name: file.name,
      format: 'auto',
      channel: '',
      zone: '',
      currency: '',
      mode: 'merge',
    });
    go(`/import/${batch.id}`);
  };
  return (
    <Button
      loading={upload.isPending || takePath.isPending || plan.isPending}
      onClick={() => void run().catch(() => undefined)} // what went wrong was said
    >
      {t('takeIn')}
    </Button>
  );
}

/** Takes text that is pasted anywhere on the page, before it is taken for a table to import. */
function usePastedText(take: (text: string) => void) {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (!/^\s*(ISA|UNA|UNB)/.test(text)) return;
      event.preventDefault();
      take(text);
    };
    document.addEventListener('paste', paste, { capture: true });
    return () => document.removeEventListener('paste', paste, { capture: true });
  }, [take]);
}

/** The system's own dialog in the window, the browser's elsewhere. */
function choose(title: string, take: (files: Dropped) => void) {
  const pick = native()?.PickFiles;
  if (pick) {
    pick(title)
      .then((paths) => take(paths ?? []))
      .catch(showProblem);
    return;
  }
  const input = document.createElement('input');
  input.type = 'file';
  input.onchange = () => take(Array.from(input.files ?? []));
  input.click();
}
