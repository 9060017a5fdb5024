import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Message, useMessage } from '@/api';
import { Awaited, Facts, RawDocument, RawTable, When } from '@/ui';

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
      <Awaited query={message} />
      {message.data && <Raw message={message.data} />}
    </Drawer>
  );
}

function Raw({ message }: { message: Message }) {
  const { t } = useTranslation('orders');
  return (
    <>
      <Facts
        items={[
          { label: t('raw.file'), value: message.file && <bdi>{message.file.name}</bdi> },
          { label: t('raw.rows'), value: message.rows.join(', ') },
          { label: t('raw.item'), value: message.item },
          {
            label: t('raw.run'),
            value: message.source === 'api' && message.run && (
              <a href={`#/activity/${message.run}`}>{t('raw.openRun')}</a>
            ),
          },
          { label: t('raw.received'), value: <When at={message.received_at} as="exact" /> },
          {
            label: t('raw.import'),
            value: message.import && <a href={`#/import/${message.import}`}>{t('raw.openImport')}</a>,
          },
        ]}
      />
      {message.document === undefined ? (
        <RawTable columns={message.raw.columns} rows={message.raw.rows} lines={message.rows} />
      ) : (
        <RawDocument document={message.document} />
      )}
    </>
  );
}
