import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useTakeProfile } from '@/api';
import { showDone, showProblem } from '@/ui';

/** Lets the reader choose a layout that was saved as a file, and keeps it. */
export function useTakeLayout(): () => void {
  const { t } = useTranslation('mapping');
  const { mutateAsync: take } = useTakeProfile();
  return useCallback(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.onchange = async () => {
      const file = input.files?.[0];
      if (!file) return;
      let body: unknown;
      try {
        body = JSON.parse(await file.text());
      } catch {
        showProblem(new Error(t('layouts.notOne')));
        return;
      }
      // A refusal says so itself (App.tsx), unless it is about a field of the file.
      await take(body).then(
        ({ profile, replaced }) =>
          showDone(t(replaced ? 'layouts.replaced' : 'layouts.taken', { name: profile.name })),
        showProblem,
      );
    };
    input.click();
  }, [t, take]);
}
