import { useTranslation } from 'react-i18next';
import { type BulkAction, type Id, useApplyBulk, usePlanBulk, useUndoRun } from '@/api';
import { showDone } from '@/ui';

/** A change to one order: the same plan and apply as for many, at once, with an undo at hand. */
export function useOneBulk(id: Id) {
  const { t } = useTranslation('orders');
  const plan = usePlanBulk();
  const apply = useApplyBulk();
  const undo = useUndoRun();
  return async (action: BulkAction, value = '') => {
    const { plan: made, changes } = await plan.mutateAsync({ action, value, ids: [id] });
    if (changes === 0) return;
    const { run, changed } = await apply.mutateAsync(made);
    showDone(t(`bulk.done.${action}`, { count: changed, number: changed, tag: value }), () =>
      undo.mutate(run),
    );
  };
}
