import { useTranslation } from 'react-i18next';
import { type Id, useRetryQuarantine } from '@/api';
import { showDone } from '@/ui';

/** Reads records again and says how many came in now. */
export function useRetry(): { retry: (what: { ids: Id[] } | { all: true }) => void; busy: boolean } {
  const { t } = useTranslation('quarantine');
  const { mutate, isPending } = useRetryQuarantine();
  const retry = (what: { ids: Id[] } | { all: true }) => {
    if ('ids' in what && what.ids.length === 0) return;
    mutate(what, {
      onSuccess: ({ applied, still }) => {
        const came = t('retry.came', { count: applied });
        showDone(still > 0 ? `${came} ${t('retry.still', { count: still })}` : came);
      },
    });
  };
  return { retry, busy: isPending };
}
