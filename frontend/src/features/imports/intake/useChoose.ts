import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { native } from '@/lib/native';
import { showProblem } from '@/ui';
import { useIntake } from './useIntake';

export const accepted = '.csv,.tsv,.txt,.xlsx,.xlsm,.json,.ndjson,.jsonl,.zip,.gz,.bz2';

/** Lets the reader choose files: the system's own dialog in the window, the browser's elsewhere. */
export function useChoose(): () => void {
  const { t } = useTranslation('imports');
  const take = useIntake();
  return useCallback(() => {
    const pick = native()?.PickFiles;
    if (pick) {
      pick(t('intake.dialog'))
        .then((paths) => take(paths ?? []))
        .catch(showProblem);
      return;
    }
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.accept = accepted;
    input.onchange = () => take(Array.from(input.files ?? []));
    input.click();
  }, [t, take]);
}
