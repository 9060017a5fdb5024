import { Checkbox, Drawer } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Message, useMessage } from '@/api';
import { ErrorState, Facts, When } from '@/ui';
import styles from './RawMessage.module.css';

interface Props {
  id: string | null;
  onClose: () => void;
}

/** A message as it came: every column with its value, one column of values per row of the file. */
export function RawMessage({ id, onClose }: Props) {
  const { t } = useTranslation('orders');
  const message = useMessage(id);
  return (
    <Drawer opened={id !== null} onClose={onClose} title={t('raw.title')} size="min(860px, 80vw)">
      {message.error && <ErrorState error={message.error} onRetry={() => void message.refetch()} />}
      {message.data && <Raw message={message.data} />}
    </Drawer>
  );
}

function Raw({ message }: { message: Message }) {
  const { t } = useTranslation('orders');
  const [empty, setEmpty] = useState(false);
  const { columns, rows } = message.raw;
  const all = columns.map((name, place) => ({ name, values: rows.map((row) => row[place] ?? '') }));
  const filled = all.filter(({ values }) => values.some((value) => value !== ''));
  const shown = empty ? all : filled;
  return (
    <>
      <Facts
        items={[
          { label: t('raw.file'), value: message.file && <bdi>{message.file.name}</bdi> },
          { label: t('raw.rows'), value: message.rows.join(', ') },
          { label: t('raw.received'), value: <When at={message.received_at} as="exact" /> },
          {
            label: t('raw.import'),
            value: message.import && <a href={`#/import/${message.import}`}>{t('raw.openImport')}</a>,
          },
        ]}
      />
      {all.length > filled.length && (
        <Checkbox
          my="md"
          label={t('raw.showEmpty', { count: all.length - filled.length })}
          checked={empty}
          onChange={(event) => setEmpty(event.currentTarget.checked)}
        />
      )}
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('raw.column')}</th>
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
                {values.map((value, place) => (
                  <td key={message.rows[place] ?? place}>
                    <bdi>{value}</bdi>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
