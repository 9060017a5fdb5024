import { Button } from '@mantine/core';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLookAtEdi } from '@/api';
import { type Dropped, useClaimedDrops } from '@/lib/drops';
import { native } from '@/lib/native';
import { ErrorState, Page, StateBadge, showProblem } from '@/ui';
import { Hello } from './Hello';
import { Look } from './Look';
import { stateOf } from './verdict';

/** Whatever EDI is pasted or dropped, in plain words, with what is wrong and what would answer it. */
export function EdiPage() {
  const { t } = useTranslation('edi');
  const look = useLookAtEdi();
  const { mutate } = look;
  const take = useCallback(
    (dropped: Dropped) => {
      const first = dropped[0];
      if (first) mutate(first);
    },
    [mutate],
  );
  const takeText = useCallback((text: string) => mutate(new Blob([text])), [mutate]);
  useClaimedDrops(take);
  usePastedText(takeText);
  const verdict = look.data && stateOf(look.data);
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
        look.data && (
          <>
            <Button variant="default" onClick={() => choose(t('hello.choose'), take)}>
              {t('hello.choose')}
            </Button>
            <Button variant="default" onClick={look.reset}>
              {t('another')}
            </Button>
          </>
        )
      }
    >
      {look.data ? (
        <Look look={look.data} />
      ) : (
        <>
          {look.error && <ErrorState error={look.error} onRetry={look.reset} />}
          <Hello busy={look.isPending} onText={takeText} onChoose={() => choose(t('hello.choose'), take)} />
        </>
      )}
    </Page>
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
