import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PushIntent, PushPlan } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { NoticeLine } from '@/ui';
import type { Show } from './words';

interface Props {
  plan: PushPlan;
  writes: readonly PushIntent[];
  show: Show;
  onShow: (show: Show) => void;
}

/** What to know before anything is approved, and what went wrong after. */
export function PlanNotices({ plan, writes, show, onShow }: Props) {
  const { t } = useTranslation('plans');
  const { language } = useLocale();
  const number = (count: number) => formatCount(count, language);
  const open = plan.state === 'open';
  const { unknown, rejected } = plan.counts;
  const final = open
    ? writes.filter(
        ({ state, reversible, operation }) =>
          state === 'proposed' && !reversible && operation.startsWith('order'),
      ).length
    : 0;
  const filter = (next: Show) =>
    show !== next && (
      <Button size="compact-xs" variant="default" onClick={() => onShow(next)}>
        {t('only')}
      </Button>
    );
  return (
    <>
      {open && plan.blocked && (
        <NoticeLine state="needs_you">
          <strong>{t('blocked')}</strong> {plan.blocked}
        </NoticeLine>
      )}
      {plan.warnings.map((warning) => (
        <NoticeLine key={warning} state="late">
          {warning}
        </NoticeLine>
      ))}
      {plan.warned > 0 && (
        <NoticeLine state="late" action={filter('warned')}>
          {t('warned', { count: plan.warned, number: number(plan.warned) })}
        </NoticeLine>
      )}
      {final > 0 && plan.warnings.length === 0 && (
        <NoticeLine state="late">{t('final', { count: final, number: number(final) })}</NoticeLine>
      )}
      {rejected > 0 && (
        <NoticeLine state="needs_you" action={filter('trouble')}>
          {t('rejected', { count: rejected, number: number(rejected), name: plan.name })}
        </NoticeLine>
      )}
      {unknown > 0 && (
        <NoticeLine state="late" action={filter('trouble')}>
          {t('unknown', { count: unknown, number: number(unknown), name: plan.name })}
        </NoticeLine>
      )}
    </>
  );
}
