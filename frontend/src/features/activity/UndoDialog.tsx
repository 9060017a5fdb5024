import { useTranslation } from 'react-i18next';
import { type Run, useRunUndoPreview, useUndoRun } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Confirm, ErrorState, PlanSummary, showDone } from '@/ui';
import styles from './activity.module.css';

/** What taking a run back would do, before it does: what goes back, and what stays because something changed it since. */
export function UndoDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  const { t } = useTranslation('activity');
  const { language } = useLocale();
  const undo = useUndoRun();
  // Once the undo runs there is nothing to preview any more, and asking again is refused.
  const preview = useRunUndoPreview(run.id, undo.isIdle || undo.isError);
  const plan = preview.data;
  const count = plan ? plan.orders_removed + plan.orders_reverted : 0;
  return (
    <Confirm
      title={t('undo.title')}
      action={
        plan && count > 0 ? t('undo.go', { count, number: formatCount(count, language) }) : t('undo.plain')
      }
      busy={undo.isPending}
      disabled={count === 0}
      onClose={onClose}
      onConfirm={() =>
        undo.mutate(run.id, {
          onSuccess: () => {
            onClose();
            showDone(t('undo.done'));
          },
        })
      }
    >
      <p className={styles.soft}>
        <bdi>{run.title}</bdi>
      </p>
      {preview.error && !preview.isFetching && (
        <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {!plan && !preview.error && <p className={styles.soft}>{t('undo.looking')}</p>}
      {plan && (
        <>
          <PlanSummary
            lines={[
              { state: 'needs_you' as const, words: t('undo.removed'), count: plan.orders_removed },
              { state: 'waiting' as const, words: t('undo.reverted'), count: plan.orders_reverted },
              { state: 'quiet' as const, words: t('undo.left'), count: plan.orders_left },
            ].filter((line) => line.count > 0)}
          />
          {plan.words.length > 0 && (
            <ul className={styles.steps}>
              {plan.words.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          )}
          {plan.left.length > 0 && (
            <ul className={styles.steps}>
              {plan.left.map(({ number, order, reason }) => (
                <li key={`${order} ${number} ${reason}`}>
                  <bdi>{number}</bdi> <span className={styles.soft}>{reason}</span>
                </li>
              ))}
            </ul>
          )}
          {count === 0 && <p>{t('undo.nothing')}</p>}
        </>
      )}
    </Confirm>
  );
}
