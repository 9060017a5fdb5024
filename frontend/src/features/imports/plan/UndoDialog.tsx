import { useTranslation } from 'react-i18next';
import { type ImportBatch, useUndoImport, useUndoPreview } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Awaited, Confirm, PlanSummary } from '@/ui';
import { nounOf } from '../words';
import styles from './Plan.module.css';

interface Props {
  batch: ImportBatch;
  onClose: () => void;
}

/** What taking the import back would do, before it does: how many orders go, change back, and stay, and why. */
export function UndoDialog({ batch, onClose }: Props) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const undo = useUndoImport();
  // Once the undo runs there is nothing to preview any more, and asking again is refused.
  const preview = useUndoPreview(batch.id, undo.isIdle || undo.isError);
  const plan = preview.data;
  const count = plan ? plan.orders_removed + plan.orders_reverted : 0;
  const noun = nounOf(t, batch.kind, 2);
  return (
    <Confirm
      title={t('undo.title', { name: batch.file.name })}
      action={
        !plan
          ? t('undo.plain')
          : t('undo.go', { count, number: formatCount(count, language), noun: nounOf(t, batch.kind, count) })
      }
      busy={undo.isPending}
      disabled={count === 0}
      onClose={onClose}
      onConfirm={() => undo.mutate(batch.id, { onSuccess: onClose })}
    >
      <Awaited query={preview} lines={3} />
      {plan && (
        <>
          <PlanSummary
            lines={[
              { state: 'needs_you' as const, words: t('undo.removed', { noun }), count: plan.orders_removed },
              { state: 'waiting' as const, words: t('undo.reverted', { noun }), count: plan.orders_reverted },
              { state: 'quiet' as const, words: t('undo.left', { noun }), count: plan.orders_left },
            ].filter((line) => line.count > 0)}
          />
          {count === 0 && <p className={styles.lead}>{t('undo.nothing')}</p>}
          {plan.left.length > 0 && (
            <ul className={styles.left}>
              {plan.left.map(({ number, order, reason }) => (
                <li key={`${order} ${reason}`}>
                  {batch.kind === 'orders' ? <a href={`#/orders/${order}`}>{number}</a> : <bdi>{number}</bdi>}
                  <span className={styles.soft}>{reason}</span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      {!plan && !preview.error && <p className={styles.lead}>{t('undo.looking')}</p>}
    </Confirm>
  );
}
