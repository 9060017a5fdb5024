import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Message, useMessage } from '@/api';
import { cx } from '@/lib/cx';
import { ErrorState, Facts, SidePeek, When } from '@/ui';
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
      <div className={styles.part}>
        <Facts
          items={[
            {
              label: t('column.file'),
              value: message.import ? (
                <a href={`#/import/${message.import}`}>
                  <bdi>{message.file_name}</bdi>
                </a>
              ) : (
                <bdi>{message.file_name}</bdi>
              ),
            },
            { label: t('column.channel'), value: message.channel },
            { label: t('received'), value: <When at={message.received_at} as="exact" /> },
          ]}
        />
      </div>
      {raw.error && <ErrorState error={raw.error} onRetry={() => void raw.refetch()} />}
      {raw.data && <Rows message={raw.data} problems={message.problems} />}
    </SidePeek>
  );
}

function Rows({ message, problems }: { message: Message; problems: Waiting['problems'] }) {
  const { t } = useTranslation('quarantine');
  const [empty, setEmpty] = useState(false);
  const { columns, rows } = message.raw;
  const all = columns.map((name, place) => ({ name, values: rows.map((row) => row[place] ?? '') }));
  const marked = (name: string) => message.rows.some((row) => isBad(problems, row, name));
  const shown = all.filter(
    ({ name, values }) => empty || marked(name) || values.some((value) => value !== ''),
  );
  const hidden = all.length - all.filter(({ name, values }) => marked(name) || values.some(Boolean)).length;
  return (
    <div className={styles.part}>
      <h2>{t('raw.title')}</h2>
      {hidden > 0 && (
        <Checkbox
          mb={8}
          label={t('raw.showEmpty', { count: hidden })}
          checked={empty}
          onChange={(event) => setEmpty(event.currentTarget.checked)}
        />
      )}
      <div className={styles.scroll}>
        <table className={styles.raw}>
          <thead>
            <tr>
              <th scope="col">{t('problem.column')}</th>
              {message.rows.map((row) => (
                <th key={row} scope="col">
                  {t('raw.row', { row })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name, values }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {values.map((value, place) => {
                  const bad = isBad(problems, message.rows[place], name);
                  return (
                    <td key={message.rows[place] ?? place} className={cx(bad && styles.badCell)}>
                      <bdi>{value}</bdi>
                      {bad && <span className="sr">{t('raw.bad')}</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
