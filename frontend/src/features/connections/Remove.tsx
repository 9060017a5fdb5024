import { useTranslation } from 'react-i18next';
import { type Connection, useRemoveConnection } from '@/api';
import { Confirm, showDone } from '@/ui';

interface Props {
  connection: Connection;
  onClose: () => void;
  onDone: () => void;
}

/** Takes a connection away; says exactly what goes and what stays. */
export function Remove({ connection, onClose, onDone }: Props) {
  const { t } = useTranslation('connections');
  const remove = useRemoveConnection();
  const { id, name, vendor, channel } = connection;
  return (
    <Confirm
      title={t('remove.title', { name })}
      action={t('remove.go')}
      danger
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(id, {
          onSuccess: () => {
            onDone();
            showDone(t('remove.done', { name }));
          },
        })
      }
    >
      {t('remove.words', { vendor, channel: channel.name })}
    </Confirm>
  );
}
