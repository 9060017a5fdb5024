import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Settings, useSaveSettings, useServers } from '@/api';
import { Section, showDone } from '@/ui';
import { Row } from './Row';
import styles from './settings.module.css';

/** Who is told by mail when a schedule has not gone well for too long. */
export function Alarms({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings');
  const servers = (useServers().data ?? []).filter(({ kind }) => kind === 'mail');
  const [to, setTo] = useState(settings.alarm_to);
  const [server, setServer] = useState(settings.alarm_server);
  const save = useSaveSettings();
  const changed = to !== settings.alarm_to || server !== settings.alarm_server;
  const wrong =
    save.error instanceof ApiError ? `${save.error.problem.detail} ${save.error.problem.remedy}` : '';
  return (
    <Section title={t('alarms.title')}>
      <p className={styles.words}>{t('alarms.words')}</p>
      <Row label={t('alarms.server')} words={servers.length === 0 ? t('alarms.noServer') : undefined}>
        <Select
          aria-label={t('alarms.server')}
          data={[
            { value: '', label: t('alarms.nobody') },
            ...servers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={servers.some(({ id }) => id === server) ? server : ''}
          onChange={(value) => setServer(value ?? '')}
          allowDeselect={false}
        />
      </Row>
      <Row label={t('alarms.to')} htmlFor="alarm-to">
        <TextInput
          id="alarm-to"
          value={to}
          onChange={(event) => {
            setTo(event.currentTarget.value);
            save.reset();
          }}
          error={wrong || undefined}
          spellCheck={false}
        />
        {changed && (
          <Button
            mt={8}
            size="compact-sm"
            loading={save.isPending}
            onClick={() =>
              save.mutate(
                { alarm_to: to, alarm_server: server },
                { onSuccess: () => showDone(t('general.saved')) },
              )
            }
          >
            {t('save')}
          </Button>
        )}
      </Row>
    </Section>
  );
}
