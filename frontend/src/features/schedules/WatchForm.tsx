import { Button, Group, Modal, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Id, useAddWatch, useChannels, useSaveWatch, useSettings, type Watch } from '@/api';
import { knownZone } from '@/lib/choices';
import { native } from '@/lib/native';
import { showDone, showProblem, ZoneSelect } from '@/ui';
import { CronPreview } from './CronPreview';
import { fromCron, type Rhythm, toCron } from './cron';
import { folderName } from './paths';
import { RhythmFields } from './RhythmFields';
import styles from './schedules.module.css';

interface Props {
  /** Left out for a new one. */
  watch?: Watch;
  onClose: () => void;
  onSaved: (id: Id) => void;
}

const modes = ['merge', 'new', 'update'] as const;
type Mode = (typeof modes)[number];

/** A watched folder: which, how often, in whose time, into which channel. */
export function WatchForm({ watch, onClose, onSaved }: Props) {
  const { t } = useTranslation('schedules');
  const settings = useSettings().data;
  const channels = useChannels().data ?? [];
  const [folder, setFolder] = useState(watch?.folder ?? '');
  const [rhythm, setRhythm] = useState<Rhythm>(() => fromCron(watch?.cron ?? '*/5 * * * *'));
  const [ownZone, setZone] = useState(watch?.zone ?? '');
  const [channel, setChannel] = useState(watch?.channel ?? '');
  const [mode, setMode] = useState<Mode>(modes.find((each) => each === watch?.mode) ?? 'merge');
  const add = useAddWatch();
  const save = useSaveWatch();
  const zone = ownZone || knownZone(settings?.zone ?? '');
  const cron = toCron(rhythm);
  const error = add.error ?? save.error;
  const wrong = (field: string) =>
    error instanceof ApiError && error.problem.field === field
      ? `${error.problem.detail} ${error.problem.remedy}`
      : undefined;
  // What was wrong is not said of what is typed now.
  const forget = () => {
    add.reset();
    save.reset();
  };
  const ready = folder.trim() !== '' && cron !== '';
  const submit = () => {
    if (!ready) return;
    const values = { folder: folder.trim(), cron, zone, channel, format: watch?.format ?? 'auto', mode };
    const onSuccess = (saved: Watch) => {
      onSaved(saved.id);
      showDone(t(watch ? 'saved' : 'added', { folder: folderName(saved.folder) }));
    };
    if (watch) save.mutate({ id: watch.id, etag: watch.etag, ...values }, { onSuccess });
    else add.mutate(values, { onSuccess });
  };
  const pick = native()?.PickFolder;
  const choose = () =>
    pick?.(t('pickTitle'))
      .then((path) => {
        if (!path) return;
        setFolder(path);
        forget();
      })
      .catch(showProblem);
  return (
    <Modal opened onClose={onClose} title={watch ? t('editTitle') : t('add')} size={560}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={styles.line}>
          <TextInput
            className={styles.wide}
            label={t('form.folder')}
            description={t('form.folderWords')}
            value={folder}
            onChange={(event) => {
              setFolder(event.currentTarget.value);
              forget();
            }}
            error={wrong('folder')}
            spellCheck={false}
            data-autofocus={!watch || undefined}
            required
            withAsterisk={false}
          />
          {pick && (
            <Button variant="default" onClick={choose}>
              {t('form.pick')}
            </Button>
          )}
        </div>
        <RhythmFields rhythm={rhythm} onChange={setRhythm} />
        <ZoneSelect label={t('form.zone')} value={zone} onChange={setZone} error={wrong('zone')} />
        <CronPreview cron={cron} zone={zone} />
        <div className={styles.pairOf}>
          <Select
            label={t('form.channel')}
            data={[
              { value: '', label: t('form.byFile') },
              ...channels.map(({ name }) => ({ value: name, label: name })),
            ]}
            value={channel}
            onChange={(value) => setChannel(value ?? '')}
            allowDeselect={false}
            error={wrong('channel')}
          />
          <Select
            label={t('form.mode')}
            data={modes.map((each) => ({ value: each, label: t(`mode.${each}`) }))}
            value={mode}
            onChange={(value) => value && setMode(value as Mode)}
            allowDeselect={false}
          />
        </div>
        <p className={styles.hint}>{t('form.moved')}</p>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('form.cancel')}
          </Button>
          <Button type="submit" disabled={!ready} loading={add.isPending || save.isPending}>
            {watch ? t('form.save') : t('form.start')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
