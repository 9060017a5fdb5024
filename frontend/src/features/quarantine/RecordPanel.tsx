import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Message, useMessage } from '@/api';
import { samePath } from '@/lib/flatten';
import { Awaited, Facts, PeekPart, RawDocument, RawTable, SidePeek, When } from '@/ui';
import { isBad, type Waiting } from './causes';
import styles from './quarantine.module.css';

interface Props {
  message: Waiting;
  busy: boolean;
  onRetry: () => void;
  onDismiss: () => void;
  onClose: () => void;
}

/** One record that waits: what is wrong, what to do, and the rows as they came with the bad cell marked. */
export function RecordPanel({ message, busy, onRetry, onDismiss, onClose }: Props) {
  const { t } = useTranslation('quarantine');
  const raw = useMessage(message.id);
  return (
    <SidePeek
      title={<bdi>{message.number || t('noNumber')}</bdi>}
      actions={
        <>
          <Button variant="default" onClick={onDismiss}>
            {t('dismiss.open')}
          </Button>
          <Button variant="default" onClick={onRetry} disabled={busy}>
            {t('retry.one')}
          </Button>
        </>
      }
      onClose={onClose}
    >
      {message.problems.map((problem, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: problems never move
        <div key={place} className={styles.problem}>
          <p className={styles.message}>{problem.message}</p>
          <Facts
            items={[
              { label: t('problem.row'), value: problem.row || '' },
              { label: t('problem.column'), value: problem.column || '' },
              {
                label: t('problem.found'),
                value: problem.found && <bdi className={styles.bad}>{problem.found}</bdi>,
              },
              { label: t('problem.expected'), value: problem.expected },
            ]}
          />
          {problem.remedy && <p className={styles.todo}>{problem.remedy}</p>}
        </div>
      ))}
      <PeekPart>
        <Facts
          items={[
            {
              label: t('column.file'),
              value:
                message.source === 'file' && message.import ? (
                  <a href={`#/import/${message.import}`}>
                    <bdi>{message.file_name}</bdi>
                  </a>
                ) : (
                  <bdi>{message.file_name}</bdi>
                ),
            },
            { label: t('column.channel'), value: message.channel },
            { label: t('from'), value: message.source === 'api' && t('live') },
            { label: t('received'), value: <When at={message.received_at} as="exact" /> },
          ]}
        />
      </PeekPart>
      <Awaited query={raw} />
      {raw.data && <Rows message={raw.data} problems={message.problems} />}
    </SidePeek>
  );
}

function Rows({ message, problems }: { message: Message; problems: Waiting['problems'] }) {
  const { t } = useTranslation('quarantine');
  return (
    <PeekPart title={t('raw.title')}>
      {message.document === undefined ? (
        <RawTable
          columns={message.raw.columns}
          rows={message.raw.rows}
          lines={message.rows}
          isBad={(line, column) =>
            isBad(problems, line, column) ||
            (message.raw.columns.length === 1 && problems.some(({ row }) => row === line))
          }
        />
      ) : (
        <RawDocument
          document={message.document}
          isBad={(path) => problems.some(({ column }) => column !== '' && samePath(column, path))}
        />
      )}
    </PeekPart>
  );
}
