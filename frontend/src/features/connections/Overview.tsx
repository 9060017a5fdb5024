import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { href } from '@/lib/nav';
import { span as lagWords } from '@/lib/when';
import { Facts, NoticeLine, Section, When } from '@/ui';
import styles from './connections.module.css';
import { Events } from './Events';
import { LimitList } from './LimitList';
import { Looks } from './Looks';
import { Streams } from './Streams';
import { useLookNow } from './useLookNow';

interface Props {
  view: ConnectionView;
  span: string;
  onSpan: (days: string) => void;
  onStep: (step: string) => void;
}

/** How the connection is, first in a sentence, then in a table, then as plots. */
export function Overview({ view, span, onSpan, onStep }: Props) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const { connection, syncs, limits, events, waiting } = view;
  return (
    <div className={styles.overview}>
      <NoticeLine
        state={connection.paused ? 'quiet' : connection.state}
        action={<NeedAction view={view} onStep={onStep} />}
      >
        <strong>{upperFirst(connection.words)}</strong>
        {connection.since && (
          <>
            {' '}
            <span className={styles.soft}>
              {t('since')} <When at={connection.since} as="clock" />
            </span>
          </>
        )}
        {connection.remedy && <div>{connection.remedy}</div>}
      </NoticeLine>
      <Facts
        items={[
          { label: t('fact.account'), value: <bdi>{connection.account.name}</bdi> },
          {
            label: t('fact.channel'),
            value: connection.channel.kind !== 'ledger' && (
              <a href={href('/orders', { channel: connection.channel.name })}>
                <bdi>{connection.channel.name}</bdi>
              </a>
            ),
          },
          { label: t('fact.lag'), value: connection.lag_ms !== null && lagWords(connection.lag_ms) },
          { label: t('fact.next'), value: connection.next_at && <When at={connection.next_at} /> },
          {
            label: t('fact.waiting'),
            value: waiting > 0 && <a href="#/quarantine">{formatCount(waiting, language)}</a>,
          },
        ]}
      />
      <Section title={t('streams')}>
        <Streams connection={connection} syncs={syncs} onStep={onStep} />
      </Section>
      <Section title={t('looks.title')} aside={<Span value={span} onChange={onSpan} />}>
        <Looks view={view} days={Number(span)} />
      </Section>
      {limits.length > 0 && (
        <Section title={t('limits.title')}>
          <LimitList limits={limits} />
        </Section>
      )}
      <Section title={t('events.title')}>
        <Events events={events} />
      </Section>
    </div>
  );
}

const upperFirst = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function Span({ value, onChange }: { value: string; onChange: (days: string) => void }) {
  const { t } = useTranslation('connections');
  return (
    <fieldset className={styles.spans}>
      <legend className="sr">{t('looks.span')}</legend>
      {(['1', '2', '7', '30'] as const).map((days) => (
        <Button
          key={days}
          size="compact-xs"
          variant={value === days ? 'light' : 'subtle'}
          color={value === days ? undefined : 'gray'}
          aria-pressed={value === days}
          onClick={() => onChange(days)}
        >
          {t('looks.days', { count: Number(days) })}
        </Button>
      ))}
    </fieldset>
  );
}

/** The one step that the state asks for. */
function NeedAction({ view, onStep }: { view: ConnectionView; onStep: (step: string) => void }) {
  const { t } = useTranslation('connections');
  const { lookNow } = useLookNow();
  const { connection, syncs } = view;
  const button = (label: string, run: () => void) => (
    <Button size="compact-sm" onClick={run}>
      {label}
    </Button>
  );
  switch (connection.need) {
    case 'sign_in':
      return button(t('signIn.open'), () => onStep('sign_in'));
    case 'match':
      return button(t('match.open'), () => onStep('match'));
    case 'accept_gone': {
      const gone = syncs.find(({ need }) => need === 'accept_gone');
      return gone && button(t('acceptGone'), () => lookNow(connection, gone.stream, { accept_gone: true }));
    }
    default:
      return null;
  }
}
