import { ActionIcon, Button } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type CalendarEntry, type Id, useCalendar } from '@/api';
import { knownZone } from '@/lib/choices';
import { useLocale } from '@/lib/locale';
import { useNow } from '@/lib/now';
import { calendarDay, zoneCity } from '@/lib/when';
import { Awaited, type State, StateBadge, When } from '@/ui';
import styles from './calendar.module.css';
import { addDays, dayIn, mondayOf, startOf } from './week';

interface Props {
  week: string | undefined;
  onWeek: (week: string | undefined) => void;
  onChoose: (id: Id) => void;
}

const states: Record<CalendarEntry['state'], State> = {
  planned: 'quiet',
  running: 'waiting',
  done: 'fine',
  partial: 'late',
  failed: 'needs_you',
  cancelled: 'quiet',
};

/** A week of past and planned runs, day by day in the workspace's zone. A click on a run opens it. */
export function CalendarView({ week, onWeek, onChoose }: Props) {
  const { t } = useTranslation('schedules');
  const locale = useLocale();
  const zone = knownZone(locale.zone);
  const today = dayIn(zone, new Date(useNow()));
  const monday = mondayOf(/^\d{4}-\d\d-\d\d$/.test(week ?? '') ? (week as string) : today);
  const days = useMemo(() => Array.from({ length: 7 }, (_, i) => addDays(monday, i)), [monday]);
  const calendar = useCalendar(startOf(monday, zone), startOf(addDays(monday, 7), zone));
  const byDay = useMemo(() => {
    const all = new Map<string, CalendarEntry[]>();
    for (const entry of calendar.data?.entries ?? []) {
      const day = dayIn(zone, entry.at);
      all.set(day, [...(all.get(day) ?? []), entry]);
    }
    return all;
  }, [calendar.data, zone]);
  const go = (count: number) => onWeek(addDays(monday, count * 7));
  return (
    <section className={styles.calendar} aria-label={t('tabs.calendar')}>
      <header className={styles.head}>
        <ActionIcon variant="default" onClick={() => go(-1)} aria-label={t('calendar.before')}>
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon variant="default" onClick={() => go(1)} aria-label={t('calendar.later')}>
          <IconChevronRight size={16} />
        </ActionIcon>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onWeek(undefined)}
          disabled={mondayOf(today) === monday}
        >
          {t('calendar.today')}
        </Button>
        <h2>{t('calendar.week', { day: calendarDay(monday, locale.language) })}</h2>
        <span className={styles.zone}>{t('calendar.zone', { city: zoneCity(zone) })}</span>
      </header>
      <Awaited query={calendar} />
      {calendar.data?.cut && <p className={styles.cut}>{t('calendar.cut')}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <div className={styles.days} tabIndex={0}>
        {days.map((day) => (
          <div key={day} className={styles.day} data-today={day === today || undefined}>
            <h3>
              {new Intl.DateTimeFormat(locale.language, { weekday: 'short', timeZone: 'UTC' }).format(
                new Date(`${day}T00:00:00Z`),
              )}{' '}
              <span>{calendarDay(day, locale.language)}</span>
            </h3>
            <ul>
              {(byDay.get(day) ?? []).map((entry) => (
                <li key={`${entry.schedule}-${entry.at}-${entry.state}`}>
                  <Entry entry={entry} onChoose={onChoose} />
                </li>
              ))}
            </ul>
            {calendar.data && !byDay.has(day) && <p className={styles.none}>{t('calendar.noneDay')}</p>}
          </div>
        ))}
      </div>
    </section>
  );
}

function Entry({ entry, onChoose }: { entry: CalendarEntry; onChoose: (id: Id) => void }) {
  const { t } = useTranslation('schedules');
  const body = (
    <>
      <span className={styles.time}>
        <When at={entry.at} as="time" />
        {entry.until && (
          <>
            {' – '}
            <When at={entry.until} as="time" />
          </>
        )}
      </span>
      <StateBadge state={states[entry.state]} title={entry.words}>
        <bdi>{entry.name}</bdi>
      </StateBadge>
      <span className={styles.words}>
        {entry.count > 1 && `${t('calendar.many', { count: entry.count })} · `}
        {entry.state === 'planned' ? t('calendar.planned') : t(`calendar.state.${entry.state}`)}
        {entry.catch_up && ` · ${t('calendar.catchUp')}`}
      </span>
    </>
  );
  if (entry.run && entry.count === 1) {
    return (
      <a className={styles.entry} data-state={entry.state} href={`#/activity/${entry.run}`}>
        {body}
      </a>
    );
  }
  return (
    <button
      type="button"
      className={styles.entry}
      data-state={entry.state}
      onClick={() => onChoose(entry.schedule)}
    >
      {body}
    </button>
  );
}
