import { useTranslation } from 'react-i18next';
import { useWatchStep, type Watch } from '@/api';
import { showDone } from '@/ui';
import { folderName } from './paths';

/** What can be asked of a watched folder at any time. */
export function useWatchSteps() {
  const { t } = useTranslation('schedules');
  const { mutate, isPending } = useWatchStep();
  const look = (watch: Watch) =>
    mutate(
      { id: watch.id, step: 'run' },
      { onSuccess: () => showDone(t('looking', { folder: folderName(watch.folder) })) },
    );
  const pauseOrResume = (watch: Watch) => mutate({ id: watch.id, step: watch.paused ? 'resume' : 'pause' });
  return { look, pauseOrResume, isPending };
}
