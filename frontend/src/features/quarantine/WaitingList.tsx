import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useChannels } from '@/api';
import {
  BulkBar,
  ChannelMark,
  type Column,
  DataTable,
  isEmpty,
  noSelection,
  type Selection,
  When,
} from '@/ui';
import type { Waiting } from './causes';
import styles from './quarantine.module.css';

interface Props {
  rows: readonly Waiting[];
  resetKey: string;
  total: number | null;
  hasMore: boolean;
  onMore?: () => void;
  peeked: string | null;
  onPeek: (message: Waiting | null) => void;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  selected: readonly string[];
  onRetry: () => void;
  onDismiss: () => void;
}

const waitingId = (message: Waiting): string => message.id;
const waitingName = (message: Waiting): string => message.number;

/** The records that wait, each with its first problem. */
export function WaitingList(props: Props) {
  const { t } = useTranslation('quarantine');
  const channels = useChannels().data;
  const columns = useMemo<Column<Waiting>[]>(
    () => [
      {
        id: 'number',
        header: t('column.number'),
        width: 130,
        fixed: true,
        cell: (message) => (
          <bdi className={styles.number} title={message.number}>
            {message.number || t('noNumber')}
          </bdi>
        ),
      },
      {
        id: 'problem',
        header: t('column.problem'),
        width: 240,
        grow: 2,
        cell: ({ problems: [first, ...rest] }) => (
          <span className="ellipsis" title={first?.message}>
            {first?.message} {rest.length > 0 && t('more', { count: rest.length })}
          </span>
        ),
      },
      {
        id: 'channel',
        header: t('column.channel'),
        width: 124,
        cell: ({ channel }) =>
          channel !== '' && (
            <ChannelMark name={channel} kind={channels?.find(({ name }) => name === channel)?.kind ?? ''} />
          ),
      },
      {
        id: 'file',
        header: t('column.file'),
        width: 150,
        grow: 1,
        cell: (message) =>
          message.import ? (
            <a
              href={`#/import/${message.import}`}
              tabIndex={-1}
              className="ellipsis"
              title={message.file_name}
            >
              <bdi>{message.file_name}</bdi>
            </a>
          ) : (
            <bdi className="ellipsis">{message.source === 'api' ? t('liveShort') : message.file_name}</bdi>
          ),
      },
      {
        id: 'when',
        header: t('column.when'),
        width: 96,
        cell: (message) => <When at={message.received_at} />,
      },
    ],
    [t, channels],
  );
  const { selection, onSelection } = props;
  return (
    <div className={styles.list}>
      <DataTable
        label={t('list')}
        storageKey="quarantine"
        resetKey={props.resetKey}
        columns={columns}
        rows={props.rows}
        rowId={waitingId}
        rowName={waitingName}
        total={props.total}
        hasMore={props.hasMore}
        onMore={props.onMore}
        onOpen={props.onPeek}
        onPeek={props.onPeek}
        peeked={props.peeked}
        selection={selection}
        onSelection={onSelection}
      />
      {!isEmpty(selection) && (
        <BulkBar
          selected={props.selected.length}
          matching={props.hasMore ? null : props.rows.length}
          all={false}
          onAll={() => onSelection({ all: false, ids: new Set(props.rows.map(waitingId)) })}
          onNone={() => onSelection(noSelection)}
        >
          <Button variant="default" onClick={props.onRetry}>
            {t('retry.selected', { count: props.selected.length })}
          </Button>
          <Button variant="default" onClick={props.onDismiss}>
            {t('dismiss.selected', { count: props.selected.length })}
          </Button>
        </BulkBar>
      )}
    </div>
  );
}
