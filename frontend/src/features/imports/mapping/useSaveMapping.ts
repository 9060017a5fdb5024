import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type KeptProfile,
  type Mapping,
  useAddProfile,
  useDiscardImport,
  usePlanImport,
  useProfiles,
  useSaveProfile,
} from '@/api';
import { useGo, useSearchParams } from '@/lib/nav';
import { showDone } from '@/ui';
import { putAwayFile } from '../intake/keptFiles';

/** Keeps the mapping, then plans the file with it; a plan that was made without it is put away. */
export function useSaveMapping(mapping: Mapping, file: string | undefined, kept: KeptProfile | undefined) {
  const { t } = useTranslation('mapping');
  const go = useGo();
  const [{ batch }] = useSearchParams();
  const profiles = useProfiles().data ?? [];
  const add = useAddProfile();
  const change = useSaveProfile();
  const plan = usePlanImport();
  const discard = useDiscardImport();
  const [error, setError] = useState<Error | null>(null);
  const run = async (replacing: boolean) => {
    setError(null);
    const same = profiles.find(({ name }) => name.toLowerCase() === (mapping.name ?? '').toLowerCase());
    const over = kept ?? (replacing ? same : undefined);
    try {
      const profile = over
        ? await change.mutateAsync({ id: over.id, etag: over.etag, mapping })
        : await add.mutateAsync(mapping);
      if (!file) {
        showDone(t('saved', { name: profile.name }));
        go('/import/layouts');
        return;
      }
      const next = await plan.mutateAsync({
        file,
        profile: profile.id,
        format: '',
        channel: '',
        zone: '',
        currency: '',
        mode: 'merge',
      });
      putAwayFile(file);
      if (batch) discard.mutate(batch);
      go(`/import/${next.id}`, 'replace');
    } catch (problem) {
      setError(problem as Error);
    }
  };
  return {
    save: (replacing = false) => void run(replacing),
    saving: add.isPending || change.isPending || plan.isPending,
    error,
  };
}
