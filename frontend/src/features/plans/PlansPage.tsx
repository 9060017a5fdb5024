import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type PushPlan, useOpenPlans, usePlans } from '@/api';
import { Awaited, EmptyState, Page, Section, Walk } from '@/ui';
import { PlanRow } from './PlanRow';
import styles from './plans.module.css';

/** What is to be written to the shops: what waits for approval first, then what was. */
export function PlansPage() {
  const { t } = useTranslation('plans');
  const open = useOpenPlans();
  const past = usePlans('');
  const all = past.data?.pages.flatMap(({ plans }) => plans) ?? [];
  const waiting = open.data ?? [];
  const history = all.filter(({ state }) => state !== 'open');
  return (
    <Page title={t('title')} scrollKey="plans">
      <Awaited query={open} />
      {open.data && past.data && all.length === 0 && (
        <EmptyState
          title={t('empty.title')}
          actions={
            <>
              <Button component="a" href="#/connections">
                {t('empty.connections')}
              </Button>
              <Button variant="default" component="a" href="#/stock">
                {t('empty.stock')}
              </Button>
            </>
          }
        >
          {t('empty.words')}
        </EmptyState>
      )}
      <Walk label={t('title')}>
        {open.data && all.length > 0 && (
          <Section title={t('waits.title')}>
            {waiting.length === 0 ? (
              <p className={styles.lead}>{t('waits.none')}</p>
            ) : (
              <PlanList plans={blockedFirst(waiting)} />
            )}
          </Section>
        )}
        {history.length > 0 && (
          <Section title={t('history')}>
            <PlanList plans={history} />
            {past.hasNextPage && (
              <Button
                mt={12}
                variant="default"
                loading={past.isFetchingNextPage}
                onClick={() => void past.fetchNextPage()}
              >
                {t('older')}
              </Button>
            )}
          </Section>
        )}
      </Walk>
    </Page>
  );
}

const blockedFirst = (plans: readonly PushPlan[]): PushPlan[] =>
  plans.toSorted((one, other) => Number(other.blocked !== null) - Number(one.blocked !== null));

function PlanList({ plans }: { plans: readonly PushPlan[] }) {
  return (
    <ul className={styles.list}>
      {plans.map((plan) => (
        <PlanRow key={plan.id} plan={plan} />
      ))}
    </ul>
  );
}
