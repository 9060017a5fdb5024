import { Button, Group, MultiSelect, NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Location, useAddLocation, useConnections, useSaveLocation } from '@/api';
import { Dialog, ErrorLine, showDone } from '@/ui';
import styles from './places.module.css';

interface Props {
  /** Left out for a new one. */
  location?: Location;
  /** Own locations that are open: where the goods of one that is closed may go. */
  others: readonly Location[];
  onClose: () => void;
}

const addressFields = ['line1', 'line2', 'postal_code', 'city', 'region', 'country'] as const;

export function LocationForm({ location, others, onClose }: Props) {
  const { t } = useTranslation('places');
  const [name, setName] = useState(location?.name ?? '');
  const [rank, setRank] = useState(location?.rank ?? others.length);
  const [usual, setUsual] = useState(location?.default ?? false);
  const [active, setActive] = useState(location?.active ?? true);
  const [moveTo, setMoveTo] = useState<string | null>(null);
  const [serves, setServes] = useState(location?.serves ?? []);
  const [address, setAddress] = useState(location?.address ?? {});
  const [places, setPlaces] = useState(
    (location?.places ?? []).map(({ connection, place }) => `${connection}=${place}`),
  );
  const known = usePlaces();
  const add = useAddLocation();
  const save = useSaveLocation();
  const write = location ? save : add;
  const closing = location?.active === true && !active;
  const submit = () => {
    const draft = {
      name: name.trim(),
      rank,
      address,
      serves,
      default: usual,
      places: places.map((text) => {
        const at = text.indexOf('=');
        return { connection: text.slice(0, at), place: text.slice(at + 1) };
      }),
    };
    const onSuccess = () => {
      onClose();
      showDone(t('location.saved', { name: draft.name }));
    };
    if (location) {
      save.mutate(
        {
          id: location.id,
          etag: location.etag,
          ...draft,
          active,
          move_to: closing ? (moveTo ?? undefined) : undefined,
        },
        { onSuccess },
      );
    } else add.mutate(draft, { onSuccess });
  };
  const own = location === undefined || location.channel === null;
  return (
    <Dialog
      onClose={onClose}
      title={location ? t('location.editOne', { name: location.name }) : t('location.add')}
      size={520}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput
          label={t('location.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          withAsterisk={false}
          data-autofocus
        />
        {own && (
          <>
            <NumberInput
              label={t('location.rank')}
              description={t('location.rankWords')}
              value={rank}
              onChange={(value) => setRank(Number(value) || 0)}
              allowDecimal={false}
            />
            <TagsInput
              label={t('location.serves')}
              description={t('location.servesWords')}
              placeholder="DE, US-CA"
              value={serves}
              onChange={(all) => setServes(all.map((each) => each.trim().toUpperCase()))}
              splitChars={[',', ' ']}
            />
          </>
        )}
        <div className={styles.fields}>
          {addressFields.map((field) => (
            <TextInput
              key={field}
              label={t(`address.${field}`)}
              value={address[field] ?? ''}
              onChange={(event) => setAddress({ ...address, [field]: event.currentTarget.value })}
            />
          ))}
        </div>
        {own && known.length > 0 && (
          <MultiSelect
            label={t('location.places')}
            description={t('location.placesWords')}
            data={known}
            value={places}
            onChange={setPlaces}
            searchable
          />
        )}
        {own && (
          <Switch
            label={t('location.makeUsual')}
            checked={usual}
            onChange={(event) => setUsual(event.currentTarget.checked)}
          />
        )}
        {location && (
          <Switch
            label={t('location.open')}
            description={t('location.openWords')}
            checked={active}
            onChange={(event) => setActive(event.currentTarget.checked)}
          />
        )}
        {closing && (
          <Select
            label={t('location.moveTo')}
            description={t('location.moveToWords')}
            data={others.filter(({ id }) => id !== location.id).map((each) => each.name)}
            value={moveTo}
            onChange={setMoveTo}
            clearable
          />
        )}
        <ErrorLine error={write.error} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={write.isPending} disabled={name.trim() === ''}>
            {t('save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

/** The places of all connections whose stock is ours to say. */
function usePlaces(): { value: string; label: string }[] {
  const all = useConnections().data?.connections ?? [];
  return all.flatMap(({ id, name, account }) =>
    (account?.places ?? []).map((each) => ({
      value: `${id}=${each.value}`,
      label: `${name}: ${each.label || each.value}`,
    })),
  );
}
