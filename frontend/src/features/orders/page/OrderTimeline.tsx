import {
  IconArrowBackUp,
  IconFilePlus,
  IconLink,
  IconPencil,
  IconTrash,
  IconUnlink,
  type TablerIcon,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '@/api';
import { Section, Timeline, type TimelineItem } from '@/ui';
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
  onRaw: (message: string) => void;
}

export function OrderTimeline({ entries, onRaw }: Props) {
  const { t } = useTranslation('orders');
  const items = useMemo<TimelineItem[]>(
    () =>
      entries.map((entry) => ({
        id: entry.id,
        at: entry.at,
        icon: icons[entry.kind] ?? IconPencil,
        title: <bdi>{entry.title}</bdi>,
        links: <Links entry={entry} onRaw={onRaw} />,
        changes: entry.changes.map((change) => ({ ...change, label: fieldWords(t, change.field) })),
      })),
    [entries, onRaw, t],
  );
  return (
    <Section title={t('timeline.title')}>
      <Timeline items={items} />
    </Section>
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
