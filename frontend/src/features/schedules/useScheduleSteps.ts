import { useTranslation } from 'react-i18next';
import { type Schedule, useScheduleStep } from '@/api';
import { showDone } from '@/ui';

/** What can be asked of a schedule at any time. */
export function useScheduleSteps() {
  const { t } = useTranslation('schedules');
  const { mutate, isPending } = useScheduleStep();
  const run = ({ id, name }: Schedule) =>
    mutate({ id, step: 'run' }, { onSuccess: () => showDone(t('begun', { name })) });
  const pauseOrResume = ({ id, paused }: Schedule) => mutate({ id, step: paused ? 'resume' : 'pause' });
  return { run, pauseOrResume, isPending };
}
