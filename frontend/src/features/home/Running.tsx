import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type HomeView, useWatchStep, type Watch } from '@/api';
import { cx } from '@/lib/cx';
import { formatCount, useLocale } from '@/lib/locale';
import { href } from '@/lib/nav';
import { ChannelMark, Sparkline, StateBadge, showDone } from '@/ui';
import { folderName, worstFirst } from './home';
import styles from './home.module.css';

/** Each channel and each watched folder in words; what is not well stands first. */
export function Running({ view }: { view: HomeView }) {
  const { t } = useTranslation('home');
  const { language } = useLocale();
  const channels = worstFirst(view.channels);
  const watches = worstFirst(view.watches);
  if (channels.length === 0 && watches.length === 0) {
    return (
      <p className={styles.calm}>
        {t('running.none')} <a href="#/schedules?add=1">{t('running.watch')}</a>
      </p>
    );
  }
  return (
    <ul className={styles.list}>
      {channels.map((channel) => (
        <li key={`c${channel.id}`} className={styles.running}>
          <StateBadge state={channel.state}>
            <span className="sr">{t(`state.${channel.state}`)}</span>
          </StateBadge>
          <a href={href('/orders', { channel: channel.name })} className={styles.name}>
            <ChannelMark name={channel.name} kind={channel.kind} />
          </a>
          <span className={styles.words}>{channel.words}</span>
          <Sparkline
            values={channel.spark}
            label={t('running.spark', { name: channel.name, count: channel.orders_24h })}
          />
          <span className={styles.rate}>
            {t('running.rate', {
              count: channel.orders_24h,
              number: formatCount(channel.orders_24h, language),
            })}
          </span>
        </li>
      ))}
      {watches.map((watch) => (
        <WatchRow key={`w${watch.id}`} watch={watch} />
      ))}
    </ul>
  );
}

function WatchRow({ watch }: { watch: Watch }) {
  const { t } = useTranslation('home');
  const step = useWatchStep();
  const look = () =>
    step.mutate(
      { id: watch.id, step: 'run' },
      { onSuccess: () => showDone(t('running.looking', { folder: folderName(watch.folder) })) },
    );
  return (
    <li className={styles.running}>
      <StateBadge state={watch.paused ? 'quiet' : watch.state}>
        <span className="sr">{watch.paused ? t('state.paused') : t(`state.${watch.state}`)}</span>
      </StateBadge>
      <a href={href('/schedules', { watch: watch.id })} className={styles.name} title={watch.folder}>
        <bdi className="ellipsis">{folderName(watch.folder)}</bdi>
      </a>
      <span className={styles.words}>
        {watch.words}
        {watch.state !== 'fine' && !watch.paused && (
          <Button size="compact-xs" variant="subtle" onClick={look} disabled={watch.running}>
            {t('running.look')}
          </Button>
        )}
      </span>
      <span className={cx(styles.rate, styles.wide)}>{watch.cron_words}</span>
    </li>
  );
}
