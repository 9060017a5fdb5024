import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type LinkPlanDraft, useApplyLinks, usePlanLinks } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Confirm, ErrorState, showDone } from '@/ui';
import styles from './listings.module.css';
import { nameOf } from './words';

interface Props {
  draft: LinkPlanDraft;
  onClose: () => void;
  onDone: () => void;
  back: (run: string | null) => (() => void) | undefined;
}

/** What linking many would do, before it is done; and all of it taken back as one. */
export function LinkPlanDialog({ draft, onClose, onDone, back }: Props) {
  const { t } = useTranslation('listings');
  const { language } = useLocale();
  const plan = usePlanLinks();
  const apply = useApplyLinks();
  const asked = useRef(false);
  const { mutate } = plan;
  useEffect(() => {
    if (!asked.current) mutate(draft);
    asked.current = true;
  }, [mutate, draft]);
  const count = plan.data?.count ?? 0;
  const number = formatCount(count, language);
  const go = () =>
    plan.data &&
    apply.mutate(plan.data.id, {
      onSuccess: ({ run, changed, left }) => {
        onClose();
        onDone();
        const words = t('plan.done', { count: changed, number: formatCount(changed, language) });
        showDone(left > 0 ? t('plan.left', { words, left }) : words, back(run));
      },
    });
  return (
    <Confirm
      title={t('plan.title', { count, number })}
      action={t('plan.go', { count, number })}
      busy={plan.isPending || apply.isPending}
      disabled={count === 0}
      onClose={onClose}
      onConfirm={go}
    >
      {plan.error && <ErrorState error={plan.error} onRetry={() => mutate(draft)} />}
      {plan.data && (
        <>
          <p>{t('plan.words')}</p>
          {count > plan.data.links.length && (
            <p className={styles.soft}>{t('plan.first', { count: plan.data.links.length })}</p>
          )}
          <ul className={styles.plan}>
            {plan.data.links.map(({ listing, variant, why }) => (
              <li key={listing.id}>
                <bdi className="mono">{nameOf(listing)}</bdi>
                <span aria-hidden>→</span>
                <bdi className="mono">{variant.sku}</bdi>
                <span className={`clip ${styles.soft}`} title={why}>
                  {listing.channel}, {why}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Confirm>
  );
}
