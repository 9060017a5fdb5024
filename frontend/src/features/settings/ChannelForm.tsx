import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Channel, type ChannelKind, useAddChannel, useSaveChannel } from '@/api';
import { CurrencySelect, Dialog, showDone, ZoneSelect } from '@/ui';
import styles from './settings.module.css';

const kinds: readonly ChannelKind[] = [
  'shopify',
  'amazon',
  'etsy',
  'ebay',
  'walmart',
  'tiktok',
  'square',
  'woocommerce',
  'vendure',
  'edi',
  'other',
];

interface Props {
  /** Left out for a new one. */
  channel?: Channel;
  onClose: () => void;
}

export function ChannelForm({ channel, onClose }: Props) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState(channel?.name ?? '');
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? 'shopify');
  const [zone, setZone] = useState(channel?.zone ?? '');
  const [currency, setCurrency] = useState(channel?.currency ?? '');
  const add = useAddChannel();
  const save = useSaveChannel();
  const error = add.error ?? save.error;
  const wrong = (field: string) =>
    error instanceof ApiError && error.problem.field === field
      ? `${error.problem.detail} ${error.problem.remedy}`
      : undefined;
  const ready = name.trim() !== '';
  const submit = () => {
    if (!ready) return;
    const values = { name: name.trim(), zone, currency };
    const onSuccess = () => {
      onClose();
      showDone(t(channel ? 'channels.saved' : 'channels.added', { name: values.name }));
    };
    if (channel) save.mutate({ id: channel.id, etag: channel.etag, ...values }, { onSuccess });
    else add.mutate({ ...values, kind }, { onSuccess });
  };
  return (
    <Dialog
      onClose={onClose}
      title={channel ? t('channels.editOne', { name: channel.name }) : t('channels.add')}
      size={440}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput
          label={t('channels.name')}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            add.reset();
            save.reset();
          }}
          maxLength={80}
          error={wrong('name')}
          data-autofocus
        />
        {!channel && (
          <Select
            label={t('channels.kind')}
            data={kinds.map((each) => ({ value: each, label: t(`kind.${each}`) }))}
            value={kind}
            onChange={(value) => value && setKind(value as ChannelKind)}
            allowDeselect={false}
            error={wrong('kind')}
          />
        )}
        <ZoneSelect
          label={t('channels.zone')}
          description={t('channels.zoneWords')}
          value={zone}
          onChange={setZone}
          none={t('channels.asWorkspaceZone')}
          error={wrong('zone')}
        />
        <CurrencySelect
          label={t('channels.currency')}
          description={t('channels.currencyWords')}
          value={currency}
          onChange={setCurrency}
          none={t('channels.asFileCurrency')}
          error={wrong('currency')}
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" disabled={!ready} loading={add.isPending || save.isPending}>
            {channel ? t('save') : t('channels.add')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
