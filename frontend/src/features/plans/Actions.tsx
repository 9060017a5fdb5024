import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type PushIntent,
  type PushPlan,
  useApprovePlan,
  useDiscardPlan,
  useMakePlan,
  useUndoPlan,
} from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { useGo } from '@/lib/nav';
import { Confirm, PlanSummary, showDone } from '@/ui';
import styles from './plans.module.css';
import { canLookAgain } from './words';

interface Props {
  plan: PushPlan;
  writes: readonly PushIntent[];
  /** All writes are read: only then their number is known. */
  whole: boolean;
  chosen: ReadonlySet<string>;
}

/** The next step of a plan: approve or discard what waits, look again; take back what is done. */
export function PlanActions(props: Props) {
  return props.plan.state === 'open' ? <Waiting {...props} /> : <Ended plan={props.plan} />;
}

function Waiting({ plan, writes, whole, chosen }: Props) {
  const { t } = useTranslation('plans');
  const { language } = useLocale();
  const go = useGo();
  const [asking, setAsking] = useState<'despite' | 'discard' | null>(null);
  const approve = useApprovePlan();
  const discard = useDiscardPlan();
  const again = useMakePlan();
  const id = plan.id ?? '';
  const number = formatCount(chosen.size, language);
  const words = { count: chosen.size, number, name: plan.name };
  const ready = whole && chosen.size > 0;
  const send = (despite: boolean) =>
    approve.mutate(
      {
        id,
        etag: plan.etag,
        despite: despite || undefined,
        intents: chosen.size < plan.counts.proposed ? [...chosen] : undefined,
      },
      { onSuccess: () => showDone(t('approved', words)), onSettled: () => setAsking(null) },
    );
  const ask = () => {
    if (ready) plan.blocked ? setAsking('despite') : send(false);
  };
  const look = () =>
    again.mutate(plan.connection, {
      onSuccess: (next) => {
        if (next.id) go(`/plans/${next.id}`, 'replace');
        showDone(next.id ? t('lookedAgain') : t('nothing', { name: plan.name }));
      },
    });
  const looks = canLookAgain(writes);
  useKeys(t('one'), [
    { keys: 'Mod+Enter', label: t('keys.approve'), run: ask, inFields: true },
    { keys: 'Shift+d', label: t('keys.discard'), run: () => setAsking('discard') },
    ...(looks ? [{ keys: 'l', label: t('again'), run: look }] : []),
  ]);
  return (
    <>
      <Button variant="default" onClick={() => setAsking('discard')} disabled={approve.isPending}>
        {t('discard.open')}
      </Button>
      {looks && (
        <Button variant="default" onClick={look} loading={again.isPending} disabled={approve.isPending}>
          {t('again')}
        </Button>
      )}
      <Button
        variant={plan.blocked ? 'default' : 'filled'}
        onClick={ask}
        disabled={!ready || again.isPending}
        loading={approve.isPending && asking === null}
      >
        {chosen.size === 0 ? t('approveNone') : t(plan.blocked ? 'approveBlocked' : 'approve', words)}
      </Button>
      {asking === 'despite' && (
        <Despite
          plan={plan}
          words={words}
          busy={approve.isPending}
          onClose={() => setAsking(null)}
          onConfirm={() => send(true)}
        />
      )}
      {asking === 'discard' && (
        <Confirm
          title={t('discard.title')}
          action={t('discard.go', {
            count: plan.counts.proposed,
            number: formatCount(plan.counts.proposed, language),
          })}
          danger
          busy={discard.isPending}
          onClose={() => setAsking(null)}
          onConfirm={() =>
            discard.mutate(id, {
              onSuccess: () => showDone(t('discard.done')),
              onSettled: () => setAsking(null),
            })
          }
        >
          {t('discard.words', { name: plan.name })}
        </Confirm>
      )}
    </>
  );
}

interface DespiteProps {
  plan: PushPlan;
  words: { count: number; number: string; name: string };
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** The second step of a plan that looks like a mistake: its words are read, and that is said. */
function Despite({ plan, words, busy, onConfirm, onClose }: DespiteProps) {
  const { t } = useTranslation('plans');
  const [read, setRead] = useState(false);
  return (
    <Confirm
      title={t('despite.title')}
      action={t('approve', words)}
      danger
      busy={busy}
      disabled={!read}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      <p className={styles.lead}>
        <strong>{plan.blocked}</strong>
      </p>
      <Checkbox
        mt={14}
        checked={read}
        onChange={(event) => setRead(event.currentTarget.checked)}
        label={t('despite.read', words)}
        data-autofocus
      />
    </Confirm>
  );
}

function Ended({ plan }: { plan: PushPlan }) {
  const { t } = useTranslation('plans');
  const { language } = useLocale();
  const go = useGo();
  const [asking, setAsking] = useState(false);
  const undo = useUndoPlan();
  const { done } = plan.counts;
  const back = plan.undoable;
  const open = () => setAsking(true);
  useKeys(t('one'), back > 0 ? [{ keys: 'z', label: t('undo.open'), run: open }] : []);
  if (done === 0) return null;
  const number = formatCount(back, language);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('undo.open')}
      </Button>
      {asking && (
        <Confirm
          title={t('undo.title', { name: plan.name })}
          action={t('undo.go', { count: back, number })}
          busy={undo.isPending}
          disabled={back === 0}
          onClose={() => setAsking(false)}
          onConfirm={() =>
            undo.mutate(
              { id: plan.id ?? '' },
              {
                onSuccess: (next) => go(`/plans/${next.id}`),
                onError: () => setAsking(false),
              },
            )
          }
        >
          <PlanSummary
            lines={[
              { state: 'waiting' as const, words: t('undo.back'), count: back },
              { state: 'needs_you' as const, words: t('undo.final'), count: done - back },
            ].filter(({ count }) => count > 0)}
          />
          <p className={styles.below}>{t(back > 0 ? 'undo.words' : 'undo.none', { name: plan.name })}</p>
        </Confirm>
      )}
    </>
  );
}
