import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PushAttempt, type PushIntent, useIntent, useIntentStep, useUndoPlan } from '@/api';
import { useKeys } from '@/lib/keys';
import { useGo } from '@/lib/nav';
import {
  Awaited,
  Confirm,
  canDrop,
  canRetry,
  Facts,
  operationWords,
  PeekPart,
  SidePeek,
  showDone,
  When,
  WriteChange,
  WriteState,
} from '@/ui';
import styles from './plans.module.css';

/** One write: what it changes and why, what came of it, and every call about it. */
export function WritePeek({ write, onClose }: { write: PushIntent; onClose: () => void }) {
  const { t } = useTranslation('plans');
  const whole = useIntent(write.id);
  const shown = whole.data ? { ...whole.data, title: write.title } : write;
  const said = shown.problem;
  return (
    <SidePeek title={<bdi>{shown.name}</bdi>} onClose={onClose}>
      <p className={styles.lead}>
        <WriteState state={shown.state} soft /> <span className="meta">{t(`stateWords.${shown.state}`)}</span>
      </p>
      {said && (
        <p className={styles.problem}>
          <strong>{said.message}</strong> {said.remedy}
        </p>
      )}
      {shown.warning && <p className={styles.problem}>{shown.warning}</p>}
      <Steps write={shown} />
      <PeekPart>
        <WriteFacts write={shown} />
      </PeekPart>
      <PeekPart title={t('calls.title')}>
        <Awaited query={whole} lines={3} />
        {whole.data && <Calls calls={whole.data.attempts} />}
      </PeekPart>
    </SidePeek>
  );
}

function WriteFacts({ write }: { write: PushIntent }) {
  const { t } = useTranslation('plans');
  return (
    <Facts
      items={[
        { label: t('fact.title'), value: write.title && <bdi>{write.title}</bdi> },
        { label: t('column.field'), value: operationWords(t, write.operation) },
        { label: t('column.change'), value: <WriteChange write={write} /> },
        { label: t('column.why'), value: write.reason },
        {
          label: t('fact.seen'),
          value: write.observed_at && write.observed !== null && <When at={write.observed_at} as="exact" />,
        },
        { label: t('fact.shown'), value: write.shown !== null && <bdi>{write.shown}</bdi> },
        {
          label: t('fact.back'),
          value: write.state !== 'superseded' && t(write.reversible ? 'fact.can' : 'fact.cannot'),
        },
        { label: t('fact.target'), value: <bdi className="mono">{write.target}</bdi> },
        { label: t('fact.location'), value: write.location && <bdi>{write.location}</bdi> },
        {
          label: t('fact.reference'),
          value: write.reference && <bdi className="mono">{write.reference}</bdi>,
        },
        { label: t('fact.key'), value: write.key && <bdi className="mono">{write.key}</bdi> },
        { label: t('fact.next'), value: write.check_at && <When at={write.check_at} /> },
        {
          label: t('fact.run'),
          value: write.run && <a href={`#/activity/${write.run}`}>{t('fact.openRun')}</a>,
        },
      ]}
    />
  );
}

/** What a person may do about one write, wherever it stands. */
function Steps({ write }: { write: PushIntent }) {
  const { t } = useTranslation('plans');
  const go = useGo();
  const step = useIntentStep();
  const undo = useUndoPlan();
  const [dropping, setDropping] = useState(false);
  const { id, state, plan } = write;
  const again = id !== null && canRetry(state);
  const takeOff = id !== null && canDrop(state);
  const retry = () =>
    id !== null && step.mutate({ id, step: 'retry' }, { onSuccess: () => showDone(t('retried')) });
  const drop = () =>
    id !== null &&
    step.mutate(
      { id, step: 'drop' },
      { onSuccess: () => showDone(t('drop.done')), onSettled: () => setDropping(false) },
    );
  // What has no answer may be there all the same: that is said before it is taken off.
  const ask = () => (state === 'unknown' || state === 'pending' ? setDropping(true) : drop());
  useKeys(
    t('oneWrite'),
    [
      ...(again ? [{ keys: 't', label: t(`retry.${retryKey(state)}`), run: () => void retry() }] : []),
      ...(takeOff ? [{ keys: 'd', label: t('drop.open'), run: () => void ask() }] : []),
    ],
    'above',
  );
  return (
    <div className={styles.steps}>
      {again && (
        <Button variant="default" onClick={retry} disabled={step.isPending}>
          {t(`retry.${retryKey(state)}`)}
        </Button>
      )}
      {takeOff && (
        <Button variant="default" onClick={ask} disabled={step.isPending}>
          {t('drop.open')}
        </Button>
      )}
      {state === 'done' && write.reversible && id !== null && plan !== null && (
        <Button
          variant="default"
          loading={undo.isPending}
          onClick={() =>
            undo.mutate({ id: plan, intents: [id] }, { onSuccess: (next) => go(`/plans/${next.id}`) })
          }
        >
          {t('undo.one')}
        </Button>
      )}
      {dropping && (
        <Confirm
          title={t('drop.title', { name: write.name })}
          action={t('drop.open')}
          danger
          busy={step.isPending}
          onClose={() => setDropping(false)}
          onConfirm={drop}
        >
          {t('drop.words')}
        </Confirm>
      )}
    </div>
  );
}

const retryKey = (state: PushIntent['state']) =>
  state === 'rejected' ? 'again' : state === 'approved' ? 'now' : 'look';

const kinds = ['send', 'find', 'poll', 'look'] as const;
const outcomes = [
  'applied',
  'already',
  'rejected',
  'conflict',
  'unknown',
  'pending',
  'not_done',
  'not_sent',
] as const;

/** Every call about a write, newest first, with what was said. */
function Calls({ calls }: { calls: readonly PushAttempt[] }) {
  const { t } = useTranslation('plans');
  if (calls.length === 0) return <p className={styles.said}>{t('calls.none')}</p>;
  return (
    <ol className={styles.calls} reversed>
      {calls.toReversed().map((call) => {
        const kind = kinds.find((each) => each === call.kind);
        const outcome = outcomes.find((each) => each === call.outcome);
        return (
          <li key={call.number}>
            <span className={styles.call}>
              <span>
                {kind ? t(`call.${kind}`) : call.kind}:{' '}
                {call.ended_at === null ? t('calls.lasts') : outcome ? t(`outcome.${outcome}`) : call.outcome}
              </span>
              <span className="meta">
                <When at={call.started_at} as="clock" />
              </span>
            </span>
            {call.detail && <p className={styles.said}>{call.detail}</p>}
          </li>
        );
      })}
    </ol>
  );
}
