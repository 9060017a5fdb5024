import { IconAlertTriangle } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { Change } from '../Change';
import { StateBadge } from '../StateBadge';
import type { Column } from '../table/columns';
import { When } from '../When';
import styles from './Writes.module.css';
import { isAbsolute, operationKey, recordHref, type Write, type WriteStateName, writeState } from './words';

export function WriteState({ state, soft }: { state: WriteStateName; soft?: boolean }) {
  const { t } = useTranslation('plans');
  return (
    <StateBadge state={writeState[state]} soft={soft}>
      {t(`state.${state}`)}
    </StateBadge>
  );
}

/** "Stock", "Order status". */
export const operationWords = (t: TFunction<'plans'>, operation: Write['operation']): string =>
  t(`operation.${operationKey[operation]}`);

/** "7 → 5", or what is sent where nothing is replaced by it. */
export function WriteChange({ write }: { write: Write }) {
  const { t } = useTranslation('plans');
  if (!isAbsolute(write.operation)) return <bdi>{write.wanted}</bdi>;
  return <Change before={write.observed ?? t('notKnown')} after={write.wanted} />;
}

/** What to mind about a write, or what the vendor said against it. */
function WriteWarning({ write }: { write: Write }) {
  const words = write.problem?.message ?? write.warning;
  if (!words || write.state === 'superseded') return null;
  return (
    <span className={styles.warning} title={[words, write.problem?.remedy].filter(Boolean).join(' ')}>
      <IconAlertTriangle size={14} stroke={1.9} aria-hidden />
      <span className="ellipsis">{words}</span>
    </span>
  );
}

export const writeId = (write: Write): string =>
  write.id ?? `${write.operation} ${write.target} ${write.location ?? ''}`;
export const writeName = (write: Write): string => write.name;

/** The columns of a plan of writes: record, field, before and after, because, when it was seen, where it stands. */
export function useWriteColumns({ states }: { states: boolean }): Column<Write>[] {
  const { t } = useTranslation('plans');
  return useMemo(
    () => [
      {
        id: 'record',
        header: t('column.record'),
        width: 170,
        grow: 1.2,
        fixed: true,
        cell: (write) => <RecordName write={write} />,
      },
      {
        id: 'field',
        header: t('column.field'),
        width: 116,
        drop: 2,
        cell: (write) => (
          <span className="ellipsis" title={(write.place || write.location) ?? undefined}>
            {operationWords(t, write.operation)}
            {write.location && <span className={styles.soft}> {write.place || write.location}</span>}
          </span>
        ),
      },
      {
        id: 'change',
        header: t('column.change'),
        width: 132,
        grow: 0.4,
        cell: (write) => (
          <span className="ellipsis">
            <WriteChange write={write} />
          </span>
        ),
      },
      {
        id: 'why',
        header: t('column.why'),
        width: 170,
        grow: 1.6,
        cell: (write) => <Why write={write} />,
      },
      {
        id: 'seen',
        header: t('column.seen'),
        width: 116,
        drop: 1,
        cell: (write) => write.observed !== null && <When at={write.observed_at} />,
      },
      ...(states
        ? [
            {
              id: 'state',
              header: t('column.state'),
              width: 132,
              cell: (write: Write) => <WriteState state={write.state} />,
            },
          ]
        : []),
    ],
    [t, states],
  );
}

function RecordName({ write }: { write: Write }) {
  const href = recordHref(write);
  const name = (
    <bdi className={cx(styles.record, write.record_kind === 'listing' && 'mono')}>{write.name}</bdi>
  );
  return (
    <span className="ellipsis" title={[write.name, write.title].filter(Boolean).join(' · ')}>
      {href ? (
        <a href={href} tabIndex={-1}>
          {name}
        </a>
      ) : (
        name
      )}
      {write.title && write.title !== write.name && (
        <span className={styles.title}>
          <bdi>{write.title}</bdi>
        </span>
      )}
    </span>
  );
}

function Why({ write }: { write: Write }) {
  const { t } = useTranslation('plans');
  const because = t('because', { reason: write.reason });
  const said = write.state === 'superseded' ? (write.problem?.message ?? write.warning) : null;
  return (
    <span className={styles.why}>
      {said ? (
        <span className="ellipsis" title={said}>
          {said}
        </span>
      ) : write.warning || write.problem ? (
        <WriteWarning write={write} />
      ) : (
        <span className="ellipsis" title={because}>
          {because}
        </span>
      )}
    </span>
  );
}
