import { Button, Group, Radio, Select, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  type ConnectionDraft,
  type ConnectionTrial,
  type Connector,
  useChannels,
  useConnect,
  useConnections,
  useLook,
  useTryConnection,
} from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { useGo, useSearchParams } from '@/lib/nav';
import { Awaited, NoticeLine, Page, Section, showDone, Walk, wordsOf } from '@/ui';
import { AccountCard } from './AccountCard';
import { ChannelChoice } from './ChannelChoice';
import styles from './connections.module.css';
import { Knowledge } from './Knowledge';
import { OptionFields } from './OptionFields';
import { Trouble } from './Trouble';
import { missing, ordersFirst, proposedName, splitValues } from './words';

/** Leads from "which system?" to a connection that was tried: guide, settings, test, channel, start. */
export function ConnectPage() {
  const { t } = useTranslation('connections');
  const [params, setParams] = useSearchParams();
  const view = useConnections();
  const all = view.data?.connectors ?? [];
  const go = useGo();
  useKeys(
    t('form.which'),
    backKeys(t('back'), () => go(params.connector ? '/connections/new' : '/connections')),
  );
  const chosen = all.find(({ id }) => id === params.connector) ?? (all.length === 1 ? all[0] : undefined);
  return (
    <Page
      title={chosen ? t('form.title', { name: chosen.name }) : t('form.which')}
      within={{ href: '#/connections', name: t('title') }}
      scrollKey="connect"
      actions={
        <Button variant="subtle" color="gray" component="a" href="#/connections">
          {t('form.leave')}
        </Button>
      }
    >
      <Awaited query={view} />
      {!chosen && <Systems connectors={all} onChoose={(connector) => setParams({ connector })} />}
      {chosen && (
        <Form
          key={chosen.id}
          connector={chosen}
          connected={view.data?.connections.map(({ name }) => name) ?? []}
        />
      )}
    </Page>
  );
}

function Systems({ connectors, onChoose }: { connectors: Connector[]; onChoose: (id: string) => void }) {
  const { t } = useTranslation('connections');
  return (
    <Walk label={t('form.which')}>
      <ul className={styles.systems}>
        {connectors.map(({ id, name, summary, api }) => (
          <li key={id}>
            <button type="button" data-row onClick={() => onChoose(id)}>
              <strong>{name}</strong>
              <span>{summary}</span>
              <span className={styles.soft}>{api}</span>
            </button>
          </li>
        ))}
      </ul>
    </Walk>
  );
}

/** `connected` are the names of the connections there are. */
function Form({ connector, connected }: { connector: Connector; connected: string[] }) {
  const { t } = useTranslation('connections');
  const go = useGo();
  const [values, setValues] = useState<Record<string, string>>({});
  const [name, setName] = useState('');
  const [channel, setChannel] = useState('');
  const [place, setPlace] = useState('');
  const [since, setSince] = useState<string | null>(null);
  const [tried, setTried] = useState<ConnectionTrial | null>(null);
  const test = useTryConnection();
  const connect = useConnect();
  const look = useLook();
  const channels = useChannels().data ?? [];
  const found = useRef<HTMLDivElement>(null);
  // What the settings open stands below the fold: a person who tested goes on there.
  useEffect(() => {
    if (!tried) return;
    found.current?.scrollIntoView({ block: 'start' });
    found.current?.querySelector('input')?.focus({ preventScroll: true });
  }, [tried]);
  const change = (option: string, value: string) => {
    setValues({ ...values, [option]: value });
    setTried(null);
    test.reset();
  };
  const proposed = proposedName(tried?.account.name ?? '', connector, { connections: connected, channels });
  const called = name.trim() || proposed;
  const places = connector.writes.some(({ operation }) => operation === 'stock.set')
    ? (tried?.account.places ?? [])
    : [];
  const draft = (): ConnectionDraft => {
    const { options, secrets } = splitValues(connector.options, values);
    return {
      connector: connector.id,
      name: called,
      ...(channel && { channel }),
      options: { ...options, ...(place && { push_location: place }) },
      secrets,
      ...(since && { since }),
    };
  };
  const trouble = connect.error ?? test.error;
  const field = trouble instanceof ApiError ? trouble.problem.field : null;
  const shown = connector.options.some((option) => option.name === field) || (field === 'name' && tried);
  const wrong = (option: string) => {
    if (field !== option || !trouble) return undefined;
    const { message, remedy } = wordsOf(trouble, t('form.failed'));
    return `${message} ${remedy}`;
  };
  const todo = missing(connector.options, values);
  const tryIt = () => test.mutate(draft(), { onSuccess: setTried });
  const start = () =>
    connect.mutate(draft(), {
      onSuccess: ({ id, need }) => {
        showDone(t('form.done', { name: called }));
        // A ledger system calls by itself: until it does, there is nothing to look at.
        if (connector.kind === 'ledger') return go(`/books?c=${id}`);
        for (const { stream } of connector.streams)
          if (stream !== 'orders' || need !== 'match') look.mutate({ id, stream });
        go(need === 'match' ? `/connections/${id}?step=match` : `/connections/${id}`);
      },
    });
  return (
    <form
      className={styles.connect}
      onSubmit={(event) => {
        event.preventDefault();
        if (tried) start();
        else tryIt();
      }}
    >
      <div className={styles.pair}>
        <Section title={t(connector.kind === 'ledger' ? 'form.guideLedger' : 'form.guide')}>
          <ol className={styles.guide}>
            {connector.guide.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {connector.docs && (
            <a href={connector.docs} target="_blank" rel="noreferrer">
              {t('form.docs', { name: connector.name })}
            </a>
          )}
          <Knowledge connector={connector} />
        </Section>
        <Section title={t('form.settings')}>
          <div className={styles.fields}>
            <OptionFields options={connector.options} values={values} wrong={wrong} onChange={change} />
            {trouble && !shown && field !== 'secrets' && (
              <Trouble error={trouble} field={field} onKept={start} />
            )}
            <Group gap={8}>
              <Button
                type={tried ? 'button' : 'submit'}
                variant={tried ? 'default' : 'filled'}
                onClick={tried ? tryIt : undefined}
                loading={test.isPending}
                disabled={todo.length > 0}
              >
                {tried ? t('form.again') : t('form.test')}
              </Button>
              {todo.length > 0 && (
                <span className={styles.soft}>
                  {t('form.missing', { names: todo.map(({ label }) => label).join(', ') })}
                </span>
              )}
              {todo.length === 0 && !tried && <span className={styles.soft}>{t('form.testWords')}</span>}
            </Group>
          </div>
        </Section>
      </div>
      {tried && (
        <div aria-live="polite" ref={found}>
          <div className={styles.pair}>
            <Section title={t(connector.kind === 'ledger' ? 'form.foundLedger' : 'form.found')}>
              <NoticeLine state="fine">
                {connector.kind === 'ledger'
                  ? t('form.ledger', { name: connector.name })
                  : t('form.signedIn', { name: connector.name, account: tried.account.name })}
              </NoticeLine>
              {tried.account.name && <AccountCard account={tried.account} connector={connector} />}
            </Section>
            <Section title={t('form.place')}>
              <div className={styles.fields}>
                <TextInput
                  label={t('form.name')}
                  description={t('form.nameWords')}
                  placeholder={proposed}
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                  error={wrong('name')}
                  maxLength={120}
                />
                {connector.kind !== 'ledger' && (
                  <>
                    <ChannelChoice
                      connector={connector}
                      name={called}
                      value={channel}
                      onChange={setChannel}
                    />
                    <Radio.Group
                      label={t('form.since')}
                      value={since === null ? 'all' : 'from'}
                      onChange={(next) => setSince(next === 'all' ? null : monthAgo())}
                    >
                      <Group gap={16} mt={6}>
                        <Radio value="all" label={t('form.sinceAll')} />
                        <Radio value="from" label={t('form.sinceFrom')} />
                        {since !== null && (
                          <TextInput
                            type="date"
                            size="xs"
                            aria-label={t('form.sinceDate')}
                            value={since}
                            onChange={(event) => setSince(event.currentTarget.value)}
                            required
                          />
                        )}
                      </Group>
                    </Radio.Group>
                  </>
                )}
                {places.length > 1 && (
                  <Select
                    label={t('told.place')}
                    description={t('told.placeWords')}
                    placeholder={t('form.choose')}
                    data={places}
                    value={place || null}
                    onChange={(next) => setPlace(next ?? '')}
                    clearable
                  />
                )}
                <Schedules connector={connector} />
                {field === 'secrets' && <Trouble error={trouble} field={field} onKept={start} />}
                <Group gap={8}>
                  <Button type="submit" loading={connect.isPending} data-autofocus>
                    {t('form.connect', { name: called })}
                  </Button>
                </Group>
              </div>
            </Section>
          </div>
        </div>
      )}
    </form>
  );
}

const monthAgo = () => new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);

/** What will be looked at, and how often; both can be changed later. */
function Schedules({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connections');
  return (
    <div>
      <p className={styles.label}>{t('form.schedules')}</p>
      <ul className={styles.notes}>
        {ordersFirst(connector.streams).map(({ stream, every_seconds, full_every_seconds, note }) => (
          <li key={stream} title={note}>
            {t(`stream.${stream}`)}: {everyWords(t, every_seconds)}
            {full_every_seconds > 0 && (
              <span className={styles.soft}>
                {' '}
                · {t('form.full', { every: everyWords(t, full_every_seconds) })}
              </span>
            )}
          </li>
        ))}
      </ul>
      <p className={styles.soft}>{t('form.later')}</p>
    </div>
  );
}

function everyWords(t: ReturnType<typeof useTranslation<'connections'>>['t'], seconds: number): string {
  if (seconds % 86_400 === 0) return t('every.days', { count: seconds / 86_400 });
  if (seconds % 3600 === 0) return t('every.hours', { count: seconds / 3600 });
  return t('every.minutes', { count: Math.round(seconds / 60) });
}
