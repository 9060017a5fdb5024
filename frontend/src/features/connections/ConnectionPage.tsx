import { Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Connection, type ConnectionView, useConnection, useConnectionStep } from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { useGo, useSearchParams } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { Awaited, ChannelMark, Page, StateBadge, showDone, Tabs } from '@/ui';
import styles from './connections.module.css';
import { Match } from './Match';
import { Overview } from './Overview';
import { PullAgain } from './PullAgain';
import { Remove } from './Remove';
import { SettingsTab } from './SettingsTab';
import { SignIn } from './SignIn';
import { useLookNow } from './useLookNow';
import { Writes } from './Writes';

const tabs = ['overview', 'writes', 'settings'] as const;
const spans = ['1', '2', '7', '30'] as const;

/** One account: how it is in words, what is looked at and when, its looks as plots, and what happened. */
export function ConnectionPage({ id }: { id: string }) {
  const { t } = useTranslation('connections');
  const [params, setParams] = useSearchParams();
  const go = useGo();
  const span = spans.find((each) => each === params.days) ?? '2';
  const view = useConnection(id, Number(span));
  const back = () => go(recall('nav.connections.list', '/connections'));
  useKeys(t('one'), backKeys(t('back'), back));
  if (!view.data)
    return (
      <Page
        title={t('one')}
        within={{ href: '#/connections', name: t('title') }}
        scrollKey={`connection.${id}`}
      >
        <Awaited query={view} />
      </Page>
    );
  const { connection } = view.data;
  const tab = tabs.find((each) => each === params.tab) ?? 'overview';
  const close = () => setParams({ step: undefined });
  return (
    <Page
      title={<ChannelMark name={connection.name} kind={connection.channel.kind} />}
      within={{ href: '#/connections', name: t('title') }}
      beside={
        <StateBadge state={connection.paused ? 'quiet' : connection.state} soft>
          {connection.paused ? t('state.paused') : t(`state.${connection.state}`)}
        </StateBadge>
      }
      actions={<Actions view={view.data} onStep={(step) => setParams({ step })} />}
      scrollKey={`connection.${id}`}
    >
      <div className={styles.body}>
        <Tabs
          label={t('tabs.label')}
          tabs={tabs.map((each) => ({ id: each, label: t(`tabs.${each}`) }))}
          active={tab}
          onChange={(next) => setParams({ tab: next === 'overview' ? undefined : next })}
        />
        {tab === 'overview' ? (
          <Overview
            view={view.data}
            span={span}
            onSpan={(days) => setParams({ days: days === '2' ? undefined : days })}
            onStep={(step) => setParams({ step })}
          />
        ) : tab === 'writes' ? (
          <Writes key={id} view={view.data} />
        ) : (
          <SettingsTab view={view.data} onStep={(step) => setParams({ step })} />
        )}
      </div>
      {params.step === 'sign_in' && view.data.connector && (
        <SignIn connection={connection} connector={view.data.connector} onClose={close} />
      )}
      {params.step === 'match' && <Match view={view.data} onClose={close} />}
      {params.step === 'again' && <PullAgain view={view.data} onClose={close} />}
      {params.step === 'remove' && (
        <Remove connection={connection} onClose={close} onDone={() => go('/connections', 'replace')} />
      )}
    </Page>
  );
}

function Actions({ view, onStep }: { view: ConnectionView; onStep: (step: string) => void }) {
  const { t } = useTranslation('connections');
  const { connection, syncs } = view;
  const { lookNow, isPending } = useLookNow();
  const step = useConnectionStep();
  const orders = syncs.find(({ stream }) => stream === 'orders') ?? syncs[0];
  const look = () => orders && lookNow(connection, orders.stream);
  const pause = () => pauseOrResume(connection);
  const pauseOrResume = ({ id, name, paused }: Connection) =>
    step.mutate(
      { id, step: paused ? 'resume' : 'pause' },
      { onSuccess: () => showDone(t(paused ? 'resumed' : 'paused', { name })) },
    );
  const check = () =>
    step.mutate(
      { id: connection.id, step: 'check' },
      {
        onSuccess: ({ state, words, account }) =>
          showDone(state === 'needs_you' ? words : t('checked', { account: account.name })),
      },
    );
  const waits = connection.need === 'match' || connection.need === 'sign_in';
  useKeys(t('one'), [
    { keys: 'l', label: t('lookNow'), run: () => look() },
    { keys: 'p', label: connection.paused ? t('resume') : t('pause'), run: pause },
    { keys: 'e', label: t('change'), run: () => onStep('sign_in') },
  ]);
  return (
    <>
      <Button variant="default" onClick={pause} disabled={step.isPending}>
        {connection.paused ? t('resume') : t('pause')}
      </Button>
      <Button
        variant={waits ? 'default' : 'filled'}
        onClick={look}
        disabled={isPending || !orders || orders.running !== null || orders.first}
      >
        {orders?.running ? t('looking') : t('lookNow')}
      </Button>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button variant="default" px={8} aria-label={t('more')}>
            <IconDots size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={check}>{t('check')}</Menu.Item>
          <Menu.Item
            disabled={!orders || orders.first}
            onClick={() => orders && lookNow(connection, orders.stream, { full: true })}
          >
            <span className={styles.choice}>
              {t('compare')}
              <span>{t('compareWords')}</span>
            </span>
          </Menu.Item>
          <Menu.Item onClick={() => onStep('again')}>{t('again.open')}</Menu.Item>
          <Menu.Item onClick={() => onStep('sign_in')}>{t('change')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => onStep('remove')}>
            {t('remove.open')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
