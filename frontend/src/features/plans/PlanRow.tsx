import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PushPlan } from '@/api';
import { useLocale } from '@/lib/locale';
import { PlanNumbers, StateBadge, When } from '@/ui';
import styles from './plans.module.css';
import { planStanding } from './words';

/** A plan in a list: how it stands, what it holds, why it is blocked, how old its values are. */
export function PlanRow({ plan }: { plan: PushPlan }) {
  const { t } = useTranslation('plans');
  const { language } = useLocale();
  const { state, word } = planStanding(plan);
  const href = `#/plans/${plan.id}`;
  const open = plan.state === 'open';
  return (
    <li className={styles.row}>
      <StateBadge state={state}>{t(`plan.${word}`)}</StateBadge>
      <span className={styles.words}>
        <a href={href} className={styles.name} data-row>
          <bdi>{plan.title}</bdi>
        </a>
        <span className={styles.soft}>
          <PlanNumbers plan={plan} language={language} />
        </span>
        {open && plan.blocked && <span>{plan.blocked}</span>}
        {open && plan.warnings.map((warning) => <span key={warning}>{warning}</span>)}
      </span>
      <span className={styles.when}>
        <When at={plan.made_at} />
        {open && plan.observed_at && (
          <span className={styles.soft}>
            {t('seen')} <When at={plan.observed_at} />
          </span>
        )}
      </span>
      <span className={styles.action}>
        {open && (
          <Button size="compact-sm" variant="default" component="a" href={href}>
            {t('look')}
          </Button>
        )}
      </span>
    </li>
  );
}
