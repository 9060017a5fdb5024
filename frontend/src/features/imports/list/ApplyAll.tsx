import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportBatch, useApplyImport } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { NoticeLine, showDone } from '@/ui';
import { bringsWords, readiness } from '../words';

/** Several plans that ask nothing are applied at once; each stays an import of its own, and is taken back by itself. */
export function ApplyAll({ batches }: { batches: readonly ImportBatch[] }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const { mutateAsync: apply } = useApplyImport();
  const [busy, setBusy] = useState(false);
  const { ready, asking } = readiness(batches);
  if (ready.length < 2) return null;
  const number = (count: number) => formatCount(count, language);
  const run = async () => {
    setBusy(true);
    try {
      for (const { id } of ready) await apply(id);
      showDone(t('all.started', { count: ready.length }));
    } catch {
      // What stopped it has said so itself (App.tsx); the plans that are left stay in the list.
    } finally {
      setBusy(false);
    }
  };
  return (
    <NoticeLine
      state="needs_you"
      action={
        <Button size="compact-xs" onClick={() => void run()} loading={busy}>
          {t('all.apply', { count: ready.length })}
        </Button>
      }
    >
      {t('all.ready', { count: ready.length, what: bringsWords(t, ready, number) })}
      {asking > 0 && ` ${t('all.asking', { count: asking })}`}
    </NoticeLine>
  );
}
