import { Button, Group, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocations, useStartStocktake } from '@/api';
import { useGo } from '@/lib/nav';
import { Dialog, ErrorLine } from '@/ui';
import styles from './places.module.css';

/** What is to be counted: a location, or a part of what lies there. */
export function StartForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('places');
  const go = useGo();
  const places = (useLocations().data ?? []).filter((each) => each.active && each.channel === null);
  const usual = places.find((each) => each.default) ?? places[0];
  const [location, setLocation] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [prefix, setPrefix] = useState('');
  const [never, setNever] = useState(false);
  const [blind, setBlind] = useState(false);
  const start = useStartStocktake();
  return (
    <Dialog onClose={onClose} title={t('stocktake.start')} size={440}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate(
            { name, location: location ?? usual?.name, prefix, never_counted: never, blind },
            { onSuccess: ({ id }) => go(`/stock/stocktakes/${id}`) },
          );
        }}
      >
        <p className="soft">{t('stocktake.startWords')}</p>
        <Select
          label={t('location.one')}
          data={places.map((each) => each.name)}
          value={location ?? usual?.name ?? null}
          onChange={setLocation}
          allowDeselect={false}
          data-autofocus
        />
        <TextInput
          label={t('stocktake.name')}
          placeholder={t('stocktake.nameHint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('stocktake.prefix')}
          description={t('stocktake.prefixWords')}
          value={prefix}
          onChange={(event) => setPrefix(event.currentTarget.value)}
        />
        <Switch
          label={t('stocktake.never')}
          checked={never}
          onChange={(event) => setNever(event.currentTarget.checked)}
        />
        <Switch
          label={t('stocktake.blind')}
          description={t('stocktake.blindWords')}
          checked={blind}
          onChange={(event) => setBlind(event.currentTarget.checked)}
        />
        <ErrorLine error={start.error} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={start.isPending}>
            {t('stocktake.start')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
