import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeleteWatch, type Watch } from '@/api';
import { knownZone } from '@/lib/choices';
import { native } from '@/lib/native';
import { zoneCity } from '@/lib/when';
import { Confirm, Facts, SidePeek, StateBadge, showDone, showProblem, When } from '@/ui';
import { folderName } from './paths';
import styles from './schedules.module.css';
import { useWatchSteps } from './useWatchSteps';
import { WatchRuns } from './WatchRuns';

interface Props {
  watch: Watch;
  onEdit: () => void;
  onClose: () => void;
}

/** One watched folder: how it is, what can be done, and every look into it. */
export function WatchPanel({ watch, onEdit, onClose }: Props) {
  const { t } = useTranslation('schedules');
  const { look, pauseOrResume, isPending } = useWatchSteps();
  const [deleting, setDeleting] = useState(false);
  const remove = useDeleteWatch();
  const name = folderName(watch.folder);
  const open = native()?.OpenFolder;
  return (
    <SidePeek title={<bdi>{name}</bdi>} onClose={onClose}>
      <p className={styles.state}>
        <StateBadge state={watch.paused ? 'quiet' : watch.state}>
          <span className={styles.wrap}>{watch.words}</span>
        </StateBadge>
      </p>
      <Group gap={6} mb="md">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => look(watch)}
          disabled={isPending || watch.running}
        >
          {watch.running ? t('running') : t('run')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => pauseOrResume(watch)} disabled={isPending}>
          {watch.paused ? t('resume') : t('pause')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onEdit}>
          {t('edit')}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setDeleting(true)}>
          {t('delete')}
        </Button>
      </Group>
      <Facts
        items={[
          {
            label: t('column.folder'),
            value: (
              <>
                <bdi>{watch.folder}</bdi>{' '}
                {open && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    onClick={() => void open(watch.folder).catch(showProblem)}
                  >
                    {t('openFolder')}
                  </Button>
                )}
              </>
            ),
          },
          {
            label: t('column.cron'),
            value: t('cronIn', { words: watch.cron_words, city: zoneCity(knownZone(watch.zone)) }),
          },
          {
            label: t('column.next'),
            value: !watch.paused && watch.next_at && <When at={watch.next_at} as="exact" />,
          },
          {
            label: t('lastGood'),
            value: watch.last_success_at ? <When at={watch.last_success_at} /> : t('never'),
          },
          { label: t('column.channel'), value: watch.channel || t('byFile') },
          { label: t('form.mode'), value: t(`mode.${watch.mode as 'merge'}`) },
        ]}
      />
      <WatchRuns watch={watch.id} />
      {deleting && (
        <Confirm
          title={t('deleteTitle', { folder: name })}
          action={t('deleteGo')}
          danger
          busy={remove.isPending}
          onClose={() => setDeleting(false)}
          onConfirm={() =>
            remove.mutate(
              { id: watch.id, etag: watch.etag },
              {
                onSuccess: () => {
                  onClose();
                  showDone(t('deleted', { folder: name }));
                },
              },
            )
          }
        >
          {t('deleteWords', { folder: watch.folder })}
        </Confirm>
      )}
    </SidePeek>
  );
}
