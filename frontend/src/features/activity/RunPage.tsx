import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Run, useCancelRun, useRun } from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { href, useGo } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { duration } from '@/lib/when';
import { Awaited, Facts, NoticeLine, Page, RunCause, RunKind, RunState, Section, When } from '@/ui';
import styles from './activity.module.css';
import { countLines } from './counts';
import { UndoDialog } from './UndoDialog';

/** One run, opened from a link: what it did, why it began, and what can still be done about it. */
export function RunPage({ id }: { id: string }) {
  const { t } = useTranslation('activity');
  const run = useRun(id);
  const go = useGo();
  const back = () => go(recall('nav.activity', '/activity'));
  useKeys(t('one'), backKeys(t('back'), back));
  if (run.data) return <Shown key={id} run={run.data} />;
  return (
    <Page
      title={t('one')}
      within={{ href: href(recall('nav.activity', '/activity')), name: t('title') }}
      scrollKey={`run.${id}`}
    >
      <Awaited query={run} />
    </Page>
  );
}

function Shown({ run }: { run: Run }) {
  const { t } = useTranslation('activity');
  const { language } = useLocale();
  const counts = countLines(t, run.counts);
  return (
    <Page
      title={<bdi>{run.title}</bdi>}
      within={{ href: href(recall('nav.activity', '/activity')), name: t('title') }}
      beside={<RunState state={run.state} soft />}
      actions={<Actions run={run} />}
      scrollKey={`run.${run.id}`}
      narrow
    >
      {run.words && <p className={styles.words}>{run.words}</p>}
      {run.error && (
        <div className={styles.problem}>
          <NoticeLine state="needs_you">
            {run.error.message} {run.error.remedy}
          </NoticeLine>
        </div>
      )}
      <Facts
        items={[
          { label: t('column.kind'), value: <RunKind kind={run.kind} /> },
          { label: t('column.cause'), value: <RunCause cause={run.cause} /> },
          { label: t('started'), value: <When at={run.started_at} as="exact" /> },
          { label: t('finished'), value: run.finished_at && <When at={run.finished_at} as="exact" /> },
          { label: t('column.took'), value: run.duration_ms !== null && duration(run.duration_ms) },
          {
            label: t('progress'),
            value:
              run.state === 'running' &&
              run.progress &&
              run.progress.total > 0 &&
              t('of', {
                done: formatCount(run.progress.done, language),
                total: formatCount(run.progress.total, language),
              }),
          },
          {
            label: t('channel'),
            value: run.channel && <a href={href('/orders', { channel: run.channel })}>{run.channel}</a>,
          },
          {
            label: t('connection'),
            value: run.connection && <a href={`#/connections/${run.connection}`}>{t('openConnection')}</a>,
          },
          {
            label: t('watch'),
            value: run.watch && !run.connection && (
              <a href={href('/schedules', { schedule: run.watch })}>{t('openWatch')}</a>
            ),
          },
        ]}
      />
      {counts.length > 0 && (
        <Section title={t('counts')}>
          <Facts items={counts.map(({ label, count }) => ({ label, value: formatCount(count, language) }))} />
        </Section>
      )}
    </Page>
  );
}

function Actions({ run }: { run: Run }) {
  const { t } = useTranslation('activity');
  const cancel = useCancelRun();
  const [asking, setAsking] = useState(false);
  return (
    <>
      {run.state === 'running' && (
        <Button variant="default" onClick={() => cancel.mutate(run.id)} loading={cancel.isPending}>
          {t('stop')}
        </Button>
      )}
      {run.can_undo && (
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('undo.open')}
        </Button>
      )}
      {run.import && (
        <Button component="a" href={`#/import/${run.import}`}>
          {t('openImport')}
        </Button>
      )}
      {asking && <UndoDialog run={run} onClose={() => setAsking(false)} />}
    </>
  );
}
