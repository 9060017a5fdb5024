import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Connection, type Connector, useSaveConnection } from '@/api';
import { Dialog, showDone, wordsOf } from '@/ui';
import styles from './connections.module.css';
import { OptionFields } from './OptionFields';
import { Trouble } from './Trouble';
import { splitValues } from './words';

interface Props {
  connection: Connection;
  connector: Connector;
  onClose: () => void;
}

/** Signs in again, or changes settings, in place: schedules, places and orders stay as they are. */
export function SignIn({ connection, connector, onClose }: Props) {
  const { t } = useTranslation('connections');
  const [values, setValues] = useState<Record<string, string>>(connection.options);
  const save = useSaveConnection();
  const field = save.error instanceof ApiError ? save.error.problem.field : null;
  const wrong = (name: string) => {
    if (field !== name || !save.error) return undefined;
    const { message, remedy } = wordsOf(save.error, t('form.failed'));
    return `${message} ${remedy}`;
  };
  const { id, etag, name } = connection;
  const submit = () =>
    save.mutate(
      { id, etag, ...splitValues(connector.options, values) },
      {
        onSuccess: ({ account }) => {
          onClose();
          showDone(t('signIn.done', { account: account.name || name }));
        },
      },
    );
  return (
    <Dialog onClose={onClose} title={t('signIn.title', { name })} size={560}>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p style={{ margin: 0 }}>{t('signIn.words', { account: connection.account.name || name })}</p>
        <details className={styles.more}>
          <summary>{t('form.guide')}</summary>
          <ol className={styles.guide}>
            {connector.guide.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </details>
        <OptionFields
          options={connector.options}
          values={values}
          kept={connection.secrets}
          wrong={wrong}
          onChange={(option, value) => {
            setValues({ ...values, [option]: value });
            save.reset();
          }}
        />
        {save.error && !connector.options.some((option) => option.name === field) && (
          <Trouble error={save.error} field={field} onKept={submit} />
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('form.leave')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('signIn.go')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
