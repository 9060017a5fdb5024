import { ActionIcon, Button, Menu, TextInput } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type KeptProfile, profileHref, useDeleteProfile, useProfiles, useSaveProfile } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { href, useGo } from '@/lib/nav';
import { type Column, Confirm, DataTable, EmptyState, ErrorState, Page, showDone, When } from '@/ui';
import styles from './layouts.module.css';
import { useTakeLayout } from './useTakeLayout';

const rowId = (row: KeptProfile): string => row.id;
const rowName = (row: KeptProfile): string => row.name;

/** The layouts a person mapped: each is a way to read files, to be changed, shared and forgotten. */
export function LayoutsPage() {
  const { t } = useTranslation(['mapping', 'imports']);
  const { language } = useLocale();
  const go = useGo();
  const list = useProfiles();
  const rows = list.data ?? [];
  const take = useTakeLayout();
  const [renaming, setRenaming] = useState<KeptProfile | null>(null);
  const [deleting, setDeleting] = useState<KeptProfile | null>(null);
  useKeys(t('mapping:layouts.title'), [
    { keys: 'u', label: t('imports:keys.back'), run: () => go('/import') },
    { keys: 'o', label: t('mapping:layouts.take'), run: take },
  ]);
  const columns = useMemo<Column<KeptProfile>[]>(
    () => [
      {
        id: 'name',
        header: t('mapping:layouts.column.name'),
        width: 180,
        grow: 2,
        fixed: true,
        cell: (row) => <bdi className={`${styles.name} clip`}>{row.name}</bdi>,
      },
      {
        id: 'kind',
        header: t('mapping:layouts.column.kind'),
        width: 124,
        cell: (row) => t(`imports:kind.${row.mapping.kind}`),
      },
      {
        id: 'columns',
        header: t('mapping:layouts.column.columns'),
        width: 140,
        drop: 2,
        cell: ({ mapping }) => (
          <span className={styles.soft}>
            {t('mapping:layouts.uses', {
              used: formatCount(mapping.columns.length, language),
              all: formatCount(mapping.headers?.length ?? 0, language),
            })}
          </span>
        ),
      },
      {
        id: 'made',
        header: t('mapping:layouts.column.made'),
        width: 116,
        drop: 1,
        cell: (row) => <When at={row.updated_at} />,
      },
      {
        id: 'used',
        header: t('mapping:layouts.column.used'),
        width: 116,
        cell: (row) =>
          row.used_at ? (
            <When at={row.used_at} />
          ) : (
            <span className={styles.soft}>{t('mapping:layouts.never')}</span>
          ),
      },
      {
        id: 'actions',
        header: t('mapping:layouts.column.actions'),
        width: 60,
        align: 'end',
        cell: (row) => (
          <Actions row={row} onRename={() => setRenaming(row)} onDelete={() => setDeleting(row)} />
        ),
      },
    ],
    [t, language],
  );
  const none = !list.isPending && !list.error && rows.length === 0;
  return (
    <Page
      title={t('mapping:layouts.title')}
      within={{ href: '#/import', name: t('imports:title') }}
      beside={<span className="meta">{t('mapping:layouts.words')}</span>}
      actions={
        <Button variant="default" onClick={take}>
          {t('mapping:layouts.take')}
        </Button>
      }
    >
      <DataTable
        label={t('mapping:layouts.title')}
        storageKey="layouts"
        fit
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowName={rowName}
        total={rows.length}
        loading={list.isPending}
        onOpen={(row) => go(href('/import/map', { profile: row.id }))}
        instead={
          list.error ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : none ? (
            <EmptyState
              title={t('mapping:layouts.none')}
              actions={
                <>
                  <Button component="a" href="#/import">
                    {t('imports:choose')}
                  </Button>
                  <Button variant="default" onClick={take}>
                    {t('mapping:layouts.take')}
                  </Button>
                </>
              }
            >
              {t('mapping:layouts.noneWords')}
            </EmptyState>
          ) : null
        }
      />
      {renaming && <Rename row={renaming} onClose={() => setRenaming(null)} />}
      {deleting && <Forget row={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  );
}

interface ActionsProps {
  row: KeptProfile;
  onRename: () => void;
  onDelete: () => void;
}

function Actions({ row, onRename, onDelete }: ActionsProps) {
  const { t } = useTranslation('mapping');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          aria-label={t('layouts.actions', { name: row.name })}
          onClick={(event) => event.stopPropagation()}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Menu.Item component="a" href={href('/import/map', { profile: row.id })}>
          {t('layouts.edit')}
        </Menu.Item>
        <Menu.Item onClick={onRename}>{t('layouts.rename')}</Menu.Item>
        <Menu.Item component="a" href={profileHref(row.id)} download={`${row.name}.tradepost.json`}>
          {t('layouts.export')}
        </Menu.Item>
        <Menu.Item className={styles.danger} onClick={onDelete}>
          {t('layouts.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Rename({ row, onClose }: { row: KeptProfile; onClose: () => void }) {
  const { t } = useTranslation('mapping');
  const [name, setName] = useState(row.name);
  const save = useSaveProfile();
  return (
    <Confirm
      title={t('layouts.rename')}
      action={t('layouts.rename')}
      busy={save.isPending}
      disabled={name.trim() === '' || name.trim() === row.name}
      onConfirm={() => save.mutate({ id: row.id, etag: row.etag, name: name.trim() }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label={t('name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={save.error?.message}
        maxLength={100}
        data-autofocus
      />
    </Confirm>
  );
}

function Forget({ row, onClose }: { row: KeptProfile; onClose: () => void }) {
  const { t } = useTranslation('mapping');
  const forget = useDeleteProfile();
  const run = () =>
    forget.mutate(row.id, {
      onSuccess: () => {
        onClose();
        showDone(t('layouts.deleted', { name: row.name }));
      },
    });
  return (
    <Confirm
      title={t('layouts.deleteTitle', { name: row.name })}
      action={t('layouts.deleteGo')}
      danger
      busy={forget.isPending}
      onConfirm={run}
      onClose={onClose}
    >
      {t('layouts.deleteWords')}
    </Confirm>
  );
}
