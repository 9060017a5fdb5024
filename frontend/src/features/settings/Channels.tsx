import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Channel, useChannels } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { href } from '@/lib/nav';
import { zoneCity } from '@/lib/when';
import { Awaited, ChannelMark, PlainTable, Section, When } from '@/ui';
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
      <Awaited query={channels} lines={3} />
      {channels.data?.length === 0 && <p className={styles.words}>{t('channels.none')}</p>}
      {channels.data && channels.data.length > 0 && (
        <PlainTable
          heads={[
            t('channels.name'),
            t('channels.zone'),
            t('channels.currency'),
            { label: t('channels.orders'), number: true },
            t('channels.newest'),
            { label: t('channels.edit'), silent: true },
          ]}
        >
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
                    <span className="soft">{t('channels.asWorkspace')}</span>
                  )}
                </td>
                <td>{channel.currency || <span className="soft">{t('channels.asFile')}</span>}</td>
                <td data-number>
                  <a href={href('/orders', { channel: channel.name })}>
                    {formatCount(channel.orders, language)}
                  </a>
                </td>
                <td>
                  <When at={channel.newest_order_at} />
                </td>
                <td data-number>
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
        </PlainTable>
      )}
      {editing && (
        <ChannelForm channel={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />
      )}
    </Section>
  );
}
