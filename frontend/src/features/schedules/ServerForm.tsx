import { Button, Group, NumberInput, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import { type ChangeEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Server, type ServerDraft, useSaveServer } from '@/api';
import { Dialog, showDone } from '@/ui';
import styles from './schedules.module.css';

interface Props {
  server: Server | undefined;
  onClose: () => void;
}

const protections = ['starttls', 'tls', 'none'] as const;

function draftOf(server: Server | undefined): ServerDraft {
  if (!server) return { kind: 'sftp', host: '', security: 'starttls' };
  const { kind, name, host, port, user, folder, from, security } = server;
  return { kind, name, host, port, user, folder, from, security: security === 'ssh' ? 'starttls' : security };
}

/** A server with its account. What is secret is sealed, and never shown again. */
export function ServerForm({ server, onClose }: Props) {
  const { t } = useTranslation('schedules');
  const [draft, setDraft] = useState(() => draftOf(server));
  const save = useSaveServer();
  const change = (part: Partial<ServerDraft>) => {
    setDraft({ ...draft, ...part });
    save.reset();
  };
  const wrong = (field: string) =>
    save.error instanceof ApiError && save.error.problem.field === field
      ? `${save.error.problem.detail} ${save.error.problem.remedy}`
      : undefined;
  const shown = [
    'name',
    'host',
    'port',
    'user',
    'folder',
    'from',
    'security',
    'password',
    'private_key',
    'passphrase',
  ];
  const elsewhere = save.error instanceof ApiError && !shown.includes(save.error.problem.field ?? '');
  const text = (field: 'name' | 'host' | 'user' | 'folder' | 'from') => ({
    label: t(`servers.form.${field}`),
    value: draft[field] ?? '',
    onChange: (event: ChangeEvent<HTMLInputElement>) => change({ [field]: event.currentTarget.value }),
    error: wrong(field),
    spellCheck: false,
    autoComplete: 'off',
  });
  const submit = () =>
    save.mutate(
      { ...draft, ...(server && { id: server.id, etag: server.etag }) },
      {
        onSuccess: ({ name }) => {
          onClose();
          showDone(t('servers.saved', { name }));
        },
      },
    );
  const sftp = draft.kind === 'sftp';
  return (
    <Dialog onClose={onClose} title={server ? server.name : t('servers.add')} size={560}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={styles.pairOf}>
          <Select
            label={t('servers.form.kind')}
            data={(['sftp', 'mail'] as const).map((value) => ({ value, label: t(`servers.kind.${value}`) }))}
            value={draft.kind}
            onChange={(kind) => kind && change({ kind: kind as ServerDraft['kind'] })}
            allowDeselect={false}
            disabled={server !== undefined}
          />
          <TextInput {...text('name')} placeholder={draft.host} />
        </div>
        <div className={styles.addressOf}>
          <TextInput
            {...text('host')}
            placeholder={sftp ? 'sftp.example.com' : 'smtp.example.com'}
            required
            withAsterisk={false}
          />
          <NumberInput
            label={t('servers.form.port')}
            placeholder={sftp ? '22' : draft.security === 'tls' ? '465' : '587'}
            value={draft.port || ''}
            onChange={(port) => change({ port: Number(port) || 0 })}
            min={1}
            max={65535}
            hideControls
            error={wrong('port')}
          />
        </div>
        {!sftp && (
          <div className={styles.pairOf}>
            <Select
              label={t('servers.form.security')}
              data={protections.map((value) => ({ value, label: t(`servers.security.${value}`) }))}
              value={draft.security ?? 'starttls'}
              onChange={(value) => value && change({ security: value as (typeof protections)[number] })}
              allowDeselect={false}
              error={wrong('security')}
            />
            <TextInput {...text('from')} />
          </div>
        )}
        <div className={styles.pairOf}>
          <TextInput {...text('user')} />
          <PasswordInput
            size="xs"
            label={t('servers.form.password')}
            placeholder={server?.has_password ? t('servers.form.kept') : ''}
            value={draft.password ?? ''}
            onChange={(event) => change({ password: event.currentTarget.value || undefined })}
            error={wrong('password')}
            autoComplete="new-password"
          />
        </div>
        {sftp && (
          <>
            <Textarea
              label={t('servers.form.privateKey')}
              description={t('servers.form.privateKeyWords')}
              placeholder={server?.has_key ? t('servers.form.kept') : ''}
              value={draft.private_key ?? ''}
              onChange={(event) => change({ private_key: event.currentTarget.value || undefined })}
              error={wrong('private_key')}
              autosize
              minRows={2}
              maxRows={5}
              spellCheck={false}
              classNames={{ input: 'mono' }}
            />
            <div className={styles.pairOf}>
              <PasswordInput
                size="xs"
                label={t('servers.form.passphrase')}
                value={draft.passphrase ?? ''}
                onChange={(event) => change({ passphrase: event.currentTarget.value || undefined })}
                error={wrong('passphrase')}
                autoComplete="new-password"
              />
              <TextInput {...text('folder')} placeholder={t('servers.form.folderWords')} />
            </div>
          </>
        )}
        {elsewhere && save.error instanceof ApiError && (
          <p className={styles.error} role="alert">
            {save.error.problem.detail} {save.error.problem.remedy}{' '}
            {save.error.problem.field === 'secrets' && <a href="#/settings">{t('servers.form.settings')}</a>}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('servers.form.cancel')}
          </Button>
          <Button type="submit" disabled={draft.host.trim() === ''} loading={save.isPending}>
            {t('servers.form.save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
