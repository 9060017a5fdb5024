import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type HomeView, type Schedule, useLook, useScheduleStep } from '@/api';
import { cx } from '@/lib/cx';
import { formatCount, useLocale } from '@/lib/locale';
import { href } from '@/lib/nav';
import { span } from '@/lib/when';
import { ChannelMark, Sparkline, StateBadge, showDone } from '@/ui';
import { shortList, worstFirst } from './home';
import styles from './home.module.css';

/** Each channel and each schedule in words; what is not well stands first. */
export function Running({ view }: { view: HomeView }) {
  const { t } = useTranslation('home');
  const { language } = useLocale();
  const channels = worstFirst(view.channels);
  const rate = ({ lag_ms, state, orders_24h }: HomeView['channels'][number]) =>
    lag_ms !== null && state === 'fine'
      ? t('running.lag', { lag: span(lag_ms) })
      : t('running.rate', { count: orders_24h, number: formatCount(orders_24h, language) });
  const { shown: schedules, more } = shortList(view.schedules);
  if (channels.length === 0 && schedules.length === 0) {
    return (
      <p className={styles.calm}>
        {t('running.none')} <a href="#/connections/new">{t('running.connect')}</a> {t('running.or')}{' '}
        <a href="#/schedules?add=watch">{t('running.watch')}</a>
      </p>
    );
  }
  return (
    <ul className={styles.list}>
      {channels.map((channel) => (
        <li key={`c${channel.id} ${channel.connection ?? ''}`} className={styles.running}>
          <StateBadge state={channel.state}>
            <span className="sr">{t(`state.${channel.state}`)}</span>
          </StateBadge>
          <a
            href={
              channel.connection
                ? `#/connections/${channel.connection}`
                : href('/orders', { channel: channel.name })
            }
            className={styles.name}
          >
            <ChannelMark name={channel.name} kind={channel.kind} />
          </a>
          <span className={styles.words} title={channel.remedy || undefined}>
            <span>{channel.words}</span>
            <ChannelAction channel={channel} />
          </span>
          {channel.kind === 'ledger' ? (
            <span />
          ) : (
            <Sparkline
              values={channel.spark}
              label={t('running.spark', { name: channel.name, count: channel.orders_24h })}
            />
          )}
          <span className={styles.rate}>{channel.kind !== 'ledger' && rate(channel)}</span>
        </li>
      ))}
      {schedules.map((schedule) => (
        <ScheduleRow key={`s${schedule.id}`} schedule={schedule} />
      ))}
      {more > 0 && (
        <li className={styles.more}>
          <a href="#/schedules">{t('running.more', { count: more })}</a>
        </li>
      )}
    </ul>
  );
}

/** The one step that a connection's state asks for. */
function ChannelAction({ channel }: { channel: HomeView['channels'][number] }) {
  const { t } = useTranslation('home');
  const { mutate, isPending } = useLook();
  const { connection, need, state, name } = channel;
  if (!connection) return null;
  if (need === 'sign_in' || need === 'match') {
    return (
      <Button
        size="compact-xs"
        variant="light"
        component="a"
        href={href(`/connections/${connection}`, { step: need })}
      >
        {t(need === 'match' ? 'running.match' : 'running.signIn')}
      </Button>
    );
  }
  if (state !== 'late') return null;
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      disabled={isPending}
      onClick={() =>
        mutate(
          { id: connection, stream: 'orders' },
          { onSuccess: () => showDone(t('running.begun', { name })) },
        )
      }
    >
      {t('running.look')}
    </Button>
  );
}

function ScheduleRow({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('home');
  const step = useScheduleStep();
  const { name } = schedule;
  const run = () =>
    step.mutate(
      { id: schedule.id, step: 'run' },
      { onSuccess: () => showDone(t('running.begun', { name })) },
    );
  return (
    <li className={styles.running}>
      <StateBadge state={schedule.paused ? 'quiet' : schedule.state}>
        <span className="sr">{schedule.paused ? t('state.paused') : t(`state.${schedule.state}`)}</span>
      </StateBadge>
      <a href={href('/schedules', { schedule: schedule.id })} className={styles.name} title={schedule.target}>
        <bdi className="ellipsis">{name}</bdi>
      </a>
      <span className={styles.words}>
        {schedule.words}
        {schedule.state !== 'fine' && !schedule.paused && (
          <Button size="compact-xs" variant="subtle" onClick={run} disabled={schedule.running}>
            {t(schedule.kind === 'watch' ? 'running.look' : 'running.run')}
          </Button>
        )}
      </span>
      <span className={cx(styles.rate, styles.wide)}>{schedule.cron_words}</span>
    </li>
  );
}
