import {
  IconAlertTriangle,
  IconClockPause,
  IconHandStop,
  IconMoonStars,
  IconPlayerStop,
  IconTrash,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LookEvent } from '@/api';
import { StateBadge, Timeline, When } from '@/ui';
import styles from './connections.module.css';

const icons: Record<LookEvent['kind'], TablerIcon> = {
  trouble: IconAlertTriangle,
  limit: IconClockPause,
  catch_up: IconMoonStars,
  quarantine: IconHandStop,
  stopped: IconPlayerStop,
  gone: IconTrash,
};

/** Trouble, gaps and decisions, newest first; looks that went as they should are in the plots. */
export function Events({ events }: { events: LookEvent[] }) {
  const { t } = useTranslation('connections');
  if (events.length === 0) return <StateBadge state="fine">{t('events.none')}</StateBadge>;
  return (
    <Timeline
      items={events.map((event) => ({
        id: `${event.run} ${event.kind}`,
        at: event.at,
        icon: icons[event.kind],
        title: (
          <>
            <strong>{t(`stream.${event.stream as 'orders'}`)}:</strong> {event.words}{' '}
            {event.remedy && !event.over && <span>{event.remedy} </span>}
            {event.until && (
              <span className={styles.soft}>
                {t('events.until', { count: event.runs })} <When at={event.until} as="clock" />
                {'. '}
              </span>
            )}
            {event.kind === 'trouble' && event.over && (
              <span className={styles.soft}>{t('events.over')}</span>
            )}
          </>
        ),
        links: (
          <a href={event.kind === 'quarantine' ? '#/quarantine' : `#/activity/${event.run}`}>
            {t(event.kind === 'quarantine' ? 'events.quarantine' : 'events.run')}
          </a>
        ),
        changes: [],
      }))}
    />
  );
}
