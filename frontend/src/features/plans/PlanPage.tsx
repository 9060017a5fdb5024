import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PushIntent, type PushPlan, usePlan, usePlanWrites } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { href, useGo, useSearchParams } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import {
  Awaited,
  Beside,
  EmptyState,
  ErrorState,
  Page,
  Plan,
  type Selection,
  StateBadge,
  useWriteColumns,
  When,
  writeId,
  writeName,
} from '@/ui';
import { PlanActions } from './Actions';
import { PlanNotices } from './Notices';
import styles from './plans.module.css';
import { WritePeek } from './WritePeek';
import { chosenOf, isShown, planStanding, type Show, showCounts, shows, waitingFirst } from './words';

/** One plan: every difference before it is sent, then what came of each. */
export function PlanPage({ id }: { id: string }) {
  const { t } = useTranslation('plans');
  const plan = usePlan(id);
  if (plan.data) return <Shown key={id} plan={plan.data} />;
  return (
    <Page
      title={t('one')}
      within={{ href: href(recall('nav.plans', '/plans')), name: t('title') }}
      scrollKey={`plan.${id}`}
    >
      <Awaited query={plan} />
    </Page>
  );
}

function Shown({ plan }: { plan: PushPlan }) {
  const { t } = useTranslation('plans');
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const writes = usePlanWrites(plan);
  const [by, setBy] = useState<ReadonlyMap<string, boolean>>(new Map());
  const chosen = useMemo(() => chosenOf(writes.rows, by), [writes.rows, by]);
  const back = () => go(recall('nav.plans', '/plans'));
  useKeys(t('one'), [
    { keys: 'u', label: t('back'), run: back },
    ...(params.peek ? [] : [{ keys: 'Escape', label: '', hidden: true, run: back }]),
  ]);
  const { state, word } = planStanding(plan);
  const peek = params.peek ?? null;
  const peeked = writes.rows.find(({ id }) => id === peek);
  return (
    <Page
      title={<bdi>{plan.title}</bdi>}
      within={{ href: href(recall('nav.plans', '/plans')), name: t('title') }}
      beside={
        <StateBadge state={state} soft>
          {t(`plan.${word}`)}
        </StateBadge>
      }
      actions={<PlanActions plan={plan} writes={writes.rows} whole={writes.whole} chosen={chosen} />}
    >
      <Beside peek={peeked && <WritePeek write={peeked} onClose={() => setParams({ peek: undefined })} />}>
        <Table plan={plan} writes={writes} chosen={chosen} by={by} onBy={setBy} />
      </Beside>
    </Page>
  );
}

interface TableProps {
  plan: PushPlan;
  writes: ReturnType<typeof usePlanWrites>;
  chosen: Set<string>;
  by: ReadonlyMap<string, boolean>;
  onBy: (next: ReadonlyMap<string, boolean>) => void;
}

function Table({ plan, writes, chosen, by, onBy }: TableProps) {
  const { t } = useTranslation('plans');
  const { language } = useLocale();
  const [params, setParams] = useSearchParams();
  const show = shows.find((each) => each === params.show) ?? '';
  const rows = useMemo(
    () => waitingFirst(writes.rows.filter((write) => isShown(write, show))),
    [writes.rows, show],
  );
  const open = plan.state === 'open';
  const columns = useWriteColumns({ states: !open || plan.counts.proposed < writes.rows.length });
  const counts = showCounts(plan);
  const tick = (next: Selection) => {
    const after = new Map(by);
    for (const { id, state } of rows)
      if (id !== null && state === 'proposed' && next.ids.has(id) !== chosen.has(id))
        after.set(id, next.ids.has(id));
    onBy(after);
  };
  return (
    <Plan<PushIntent>
      title={
        open
          ? t('ticked', {
              number: formatCount(chosen.size, language),
              all: formatCount(counts.waiting, language),
            })
          : t('changes', { count: counts[''], number: formatCount(counts[''], language) })
      }
      meta={<Rests plan={plan} />}
      tabs={shows
        .map((each) => ({ id: each, label: t(`show.${each || 'all'}`), count: counts[each] }))
        .filter(
          ({ id, count }) =>
            id === '' || id === show || (count > 0 && (id !== 'waiting' || count < counts[''])),
        )}
      tab={show}
      onTab={(next) => setParams({ show: next || undefined, peek: undefined })}
      actions={null}
      notices={
        <div className={styles.notices}>
          <PlanNotices
            plan={plan}
            writes={writes.rows}
            show={show}
            onShow={(next: Show) => setParams({ show: next })}
          />
        </div>
      }
      table={{
        label: t('writes'),
        storageKey: `plan.${plan.id}`,
        resetKey: show,
        columns,
        rows,
        rowId: writeId,
        rowName: writeName,
        total: rows.length,
        loading: writes.isPending,
        fit: true,
        onOpen: ({ id }) => setParams({ peek: id ?? undefined }),
        onPeek: (write) => setParams({ peek: write?.id ?? undefined }),
        peeked: params.peek ?? null,
        ...(open ? { selection: { all: false, ids: chosen }, onSelection: tick } : {}),
        instead:
          rows.length > 0 ? null : writes.error ? (
            <ErrorState error={writes.error} onRetry={() => void writes.refetch()} />
          ) : writes.isPending ? null : (
            <EmptyState
              title={t('none.title')}
              actions={
                show !== '' && (
                  <Button variant="default" onClick={() => setParams({ show: undefined, peek: undefined })}>
                    {t('none.all')}
                  </Button>
                )
              }
            >
              {t('none.words')}
            </EmptyState>
          ),
      }}
    />
  );
}

/** What a plan rests on: where it goes, who asked for it, and how old what it saw is. */
function Rests({ plan }: { plan: PushPlan }) {
  const { t } = useTranslation('plans');
  return (
    <>
      <a href={`#/connections/${plan.connection}?tab=writes`}>
        <bdi>{plan.name}</bdi>
      </a>
      {' · '}
      {t(plan.cause === 'person' ? 'byYou' : 'bySchedule')} <When at={plan.made_at} as="clock" />
      {plan.observed_at && (
        <>
          {' · '}
          {t('readAt')} <When at={plan.observed_at} />
        </>
      )}
    </>
  );
}
