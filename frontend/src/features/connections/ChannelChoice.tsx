import { Radio, Select, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Connector, useChannels } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { NoticeLine } from '@/ui';

interface Props {
  connector: Connector;
  /** What the connection is called: a new channel is called the same. */
  name: string;
  /** The channel chosen; "" is a new one. */
  value: string;
  onChange: (channel: string) => void;
}

/** A channel of its own, or one that is there: files of the same shop and its account belong together. */
export function ChannelChoice({ connector, name, value, onChange }: Props) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const channels = useChannels().data ?? [];
  const same = (each: { name: string }) => each.name.toLowerCase() === name.toLowerCase();
  const fitting = [
    ...channels.filter(({ kind }) => kind === connector.kind),
    ...channels.filter(({ kind }) => kind !== connector.kind),
  ];
  const chosen =
    channels.find((each) => each.name === value) ?? (value === '' ? channels.find(same) : undefined);
  if (channels.length === 0) return null;
  return (
    <Radio.Group
      label={t('channel.label')}
      description={t('channel.words')}
      value={value === '' ? 'new' : 'old'}
      onChange={(next) => onChange(next === 'new' ? '' : (fitting[0]?.name ?? ''))}
    >
      <Stack gap={8} mt={8}>
        <Radio value="new" label={t('channel.new', { name })} />
        <Radio value="old" label={t('channel.old')} />
        {value !== '' && (
          <Select
            aria-label={t('channel.which')}
            data={fitting.map((each) => ({
              value: each.name,
              label: t('channel.with', {
                name: each.name,
                number: formatCount(each.orders, language),
                count: each.orders,
              }),
            }))}
            value={value}
            onChange={(next) => next && onChange(next)}
            allowDeselect={false}
            searchable
          />
        )}
        {chosen && chosen.orders > 0 && (
          <NoticeLine state="waiting">
            {t('channel.match', {
              name: chosen.name,
              count: chosen.orders,
              number: formatCount(chosen.orders, language),
            })}
          </NoticeLine>
        )}
      </Stack>
    </Radio.Group>
  );
}
