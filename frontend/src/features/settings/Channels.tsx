import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Channel, useChannels } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { href } from '@/lib/nav';
import { zoneCity } from '@/lib/when';
import { ChannelMark, ErrorState, Section, When } from '@/ui';
import { ChannelForm } from './ChannelForm';
import styles from './settings.module.css';

/** The places that sell: each with its zone, its currency and how much came from it. */
export function Channels() {
  const { t } = useTranslation('settings');
  const { language } = useLocale();
  const channels = useChannels();
  const [editing, setEditing] = useState<Channel | 'new' | null>(null);
  return (
    <Section
      title={t('channels.title')}
      aside={
        <Button size="compact-sm" variant="default" onClick={() => setEditing('new')}>
          {t('channels.add')}
        </Button>
      }
    >
      {channels.error && !channels.data && (
        <ErrorState error={channels.error} onRetry={() => void channels.refetch()} />
      )}
      {channels.data?.length === 0 && <p className={styles.words}>{t('channels.none')}</p>}
      {channels.data && channels.data.length > 0 && (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('channels.name')}</th>
                <th scope="col">{t('channels.zone')}</th>
                <th scope="col">{t('channels.currency')}</th>
                <th scope="col" className={styles.end}>
                  {t('channels.orders')}
                </th>
                <th scope="col">{t('channels.newest')}</th>
                <th scope="col">
                  <span className="sr">{t('channels.edit')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {channels.data.map((channel) => (
                <tr key={channel.id}>
                  <td>
                    <ChannelMark name={channel.name} kind={channel.kind} />
                  </td>
                  <td title={channel.zone}>
                    {channel.zone ? (
                      zoneCity(channel.zone)
                    ) : (
                      <span className={styles.soft}>{t('channels.asWorkspace')}</span>
                    )}
                  </td>
                  <td>{channel.currency || <span className={styles.soft}>{t('channels.asFile')}</span>}</td>
                  <td className={styles.end}>
                    <a href={href('/orders', { channel: channel.name })}>
                      {formatCount(channel.orders, language)}
                    </a>
                  </td>
                  <td>
                    <When at={channel.newest_order_at} />
                  </td>
                  <td className={styles.end}>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      aria-label={t('channels.editOne', { name: channel.name })}
                      onClick={() => setEditing(channel)}
                    >
                      {t('channels.edit')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {editing && (
        <ChannelForm channel={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />
      )}
    </Section>
  );
}
