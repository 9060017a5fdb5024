import { Button, Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ScheduleKind, useSchedules } from '@/api';
import { useKeys } from '@/lib/keys';
import { useSearchParams } from '@/lib/nav';
import { Awaited, Beside, EmptyState, Page, Tabs } from '@/ui';
import { CalendarView } from './CalendarView';
import { ScheduleForm } from './ScheduleForm';
import { ScheduleList } from './ScheduleList';
import { SchedulePanel } from './SchedulePanel';
import { ServersView } from './ServersView';
import styles from './schedules.module.css';

const kinds: readonly ScheduleKind[] = ['watch', 'fetch', 'export'];
const tabs = ['list', 'calendar', 'servers'] as const;

/** What Tradepost does by itself: imports and exports, when they ran and will run, and the servers they use. */
export function SchedulesPage() {
  const { t } = useTranslation('schedules');
  const [params, setParams] = useSearchParams();
  const schedules = useSchedules();
  const list = schedules.data ?? [];
  const chosen = list.find(({ id }) => id === params.schedule);
  const editing = list.find(({ id }) => id === params.edit);
  const adding = kinds.find((kind) => kind === params.add);
  const tab = tabs.find((each) => each === params.tab) ?? 'list';
  const add = (kind: ScheduleKind) => setParams({ add: kind });
  const close = () => setParams({ add: undefined, edit: undefined });
  useKeys(t('title'), [{ keys: 'n', label: t('adds.watch'), run: () => add('watch') }]);
  const none = schedules.data !== undefined && list.length === 0;
  return (
    <Page title={t('title')} actions={tab !== 'servers' && <AddMenu onAdd={add} />}>
      <Tabs
        label={t('tabs.label')}
        tabs={tabs.map((id) => ({ id, label: t(`tabs.${id}`) }))}
        active={tab}
        onChange={(id) => setParams({ tab: id === 'list' ? undefined : id, schedule: undefined })}
      />
      {tab === 'list' && <Awaited query={schedules} />}
      {none && tab !== 'servers' && (
        <EmptyState
          title={t('empty.title')}
          actions={
            <>
              <Button onClick={() => add('watch')}>{t('adds.watch')}</Button>
              <Button variant="default" component="a" href="#/import">
                {t('empty.import')}
              </Button>
            </>
          }
        >
          {t('empty.words')}
        </EmptyState>
      )}
      {tab === 'servers' && (
        <ServersView chosen={params.server} onChoose={(id) => setParams({ server: id })} />
      )}
      {!none && tab !== 'servers' && (
        <Beside
          peek={
            chosen && (
              <SchedulePanel
                key={chosen.id}
                schedule={chosen}
                onEdit={() => setParams({ edit: chosen.id })}
                onClose={() => setParams({ schedule: undefined })}
              />
            )
          }
        >
          {tab === 'calendar' ? (
            <CalendarView
              week={params.week}
              onWeek={(week) => setParams({ week })}
              onChoose={(id) => setParams({ schedule: id })}
            />
          ) : (
            list.length > 0 && (
              <ScheduleList
                schedules={list}
                chosen={chosen?.id}
                onChoose={(id) => setParams({ schedule: id })}
                onEdit={(id) => setParams({ edit: id })}
              />
            )
          )}
        </Beside>
      )}
      {(adding ?? editing) && (
        <ScheduleForm
          kind={editing?.kind ?? adding ?? 'watch'}
          schedule={editing}
          onClose={close}
          onServers={() => setParams({ add: undefined, edit: undefined, tab: 'servers', server: 'new' })}
          onSaved={(id) => setParams({ add: undefined, edit: undefined, schedule: id })}
        />
      )}
    </Page>
  );
}

function AddMenu({ onAdd }: { onAdd: (kind: ScheduleKind) => void }) {
  const { t } = useTranslation('schedules');
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button>{t('add')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => (
          <Menu.Item key={kind} onClick={() => onAdd(kind)}>
            <span className={styles.choice}>
              <strong>{t(`adds.${kind}`)}</strong>
              <span>{t(`addWords.${kind}`)}</span>
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
