import {
  IconArrowBackUp,
  IconFilePlus,
  IconLink,
  IconPencil,
  IconSend,
  IconTrash,
  IconUnlink,
  type TablerIcon,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderPushed, TimelineEntry } from '@/api';
import { isAbsolute, operationWords, Section, Timeline, type TimelineItem, WriteState } from '@/ui';
import { fieldWords } from '../words';

const icons: Record<string, TablerIcon> = {
  created: IconFilePlus,
  changed: IconPencil,
  removed: IconTrash,
  reverted: IconArrowBackUp,
  linked: IconLink,
  unlinked: IconUnlink,
};

/** Where a cause lives; what has no page of its own is only named. */
const pages: Record<string, string> = {
  import: '/import',
  run: '/activity',
  bulk: '/activity',
  undo: '/activity',
};

interface Props {
  entries: TimelineEntry[];
  /** What its channel was told of it, or is to be. */
  pushes: OrderPushed[];
  onRaw: (message: string) => void;
}

export function OrderTimeline({ entries, pushes, onRaw }: Props) {
  const { t } = useTranslation('orders');
  const plans = useTranslation('plans').t;
  const items = useMemo<TimelineItem[]>(
    () =>
      [
        ...pushes.map<TimelineItem>((push) => ({
          id: `write ${push.id}`,
          at: push.settled_at ?? push.created_at ?? '',
          icon: IconSend,
          title: <Told push={push} />,
          links: <a href={`#/plans/${push.plan}?peek=${push.id}`}>{t('timeline.plan')}</a>,
          changes: isAbsolute(push.operation)
            ? [{ label: operationWords(plans, push.operation), before: push.observed, after: push.wanted }]
            : [],
        })),
        ...entries.map<TimelineItem>((entry) => ({
          id: entry.id,
          at: entry.at,
          icon: icons[entry.kind] ?? IconPencil,
          title: <bdi>{entry.title}</bdi>,
          links: <Links entry={entry} onRaw={onRaw} />,
          changes: entry.changes.map((change) => ({ ...change, label: fieldWords(t, change.field) })),
        })),
      ].sort((one, other) => Date.parse(other.at) - Date.parse(one.at)),
    [entries, pushes, onRaw, t, plans],
  );
  return (
    <Section title={t('timeline.title')}>
      <Timeline items={items} />
    </Section>
  );
}

/** To whom it goes, where it stands, and what was said against it. */
function Told({ push }: { push: OrderPushed }) {
  const { t } = useTranslation('orders');
  const plans = useTranslation('plans').t;
  return (
    <>
      {t('timeline.told', { name: push.connection_name })} {operationWords(plans, push.operation)}{' '}
      {!isAbsolute(push.operation) && <bdi>{push.wanted}</bdi>} <WriteState state={push.state} />
      {push.problem && push.state !== 'superseded' && (
        <>
          {' '}
          {push.problem.message} {push.problem.remedy}
        </>
      )}
    </>
  );
}

function Links({ entry, onRaw }: { entry: TimelineEntry; onRaw: (message: string) => void }) {
  const { t } = useTranslation('orders');
  const { cause, message } = entry;
  const page = pages[cause.kind];
  // The title mostly says the cause already: then only the way there is missing.
  const said = entry.title.toLowerCase().includes(cause.words.toLowerCase());
  return (
    <>
      {page && cause.id && <a href={`#${page}/${cause.id}`}>{said ? t('timeline.open') : cause.words}</a>}
      {!(page && cause.id) && !said && <span className="meta">{cause.words}</span>}
      {message !== null && (
        <a
          href={`#message-${message}`}
          onClick={(event) => {
            event.preventDefault();
            onRaw(message);
          }}
        >
          {t('timeline.raw')}
        </a>
      )}
    </>
  );
}
