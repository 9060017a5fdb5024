import { Button, Checkbox, Menu, Popover, Stack, TextInput } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OrderFilter, type SavedView, useAddView, useDeleteView, useSaveView } from '@/api';
import { useSearchParams } from '@/lib/nav';
import { showDone } from '@/ui';

interface Props {
  filter: OrderFilter;
  current: SavedView | null;
  others: SavedView[];
  savable: boolean;
  onOpen: (view: SavedView) => void;
}

/** Save what is filtered, and keep house among the saved views. */
export function ViewMenu({ filter, current, others, savable, onOpen }: Props) {
  const { t } = useTranslation('orders');
  const [, setParams] = useSearchParams();
  const save = useSaveView('orders');
  const add = useAddView('orders');
  const remove = useDeleteView('orders');
  const [naming, setNaming] = useState<'new' | 'rename' | null>(null);
  const values = filter as Record<string, string>;
  const finish = (name: string, pinned: boolean) => {
    setNaming(null);
    if (naming === 'rename' && current) save.mutate({ id: current.id, etag: current.etag, name, pinned });
    else add.mutate({ name, pinned, filter: values }, { onSuccess: (view) => setParams({ view: view.id }) });
  };
  const drop = (view: SavedView) => {
    setParams({ view: undefined });
    remove.mutate(view, {
      onSuccess: () =>
        showDone(t('views.deleted', { name: view.name }), () =>
          add.mutate({ name: view.name, pinned: view.pinned, filter: view.filter }),
        ),
    });
  };
  const hasMenu = current !== null || others.length > 0;
  return (
    <>
      <Popover
        opened={naming !== null}
        onChange={() => setNaming(null)}
        position="bottom-start"
        trapFocus
        withRoles={false}
      >
        <Popover.Target>
          <span>
            {savable && (
              <Button size="compact-sm" variant="subtle" onClick={() => setNaming('new')}>
                {t('views.save')}
              </Button>
            )}
          </span>
        </Popover.Target>
        <Popover.Dropdown>
          {naming && <NameForm current={naming === 'rename' ? current : null} onDone={finish} />}
        </Popover.Dropdown>
      </Popover>
      {hasMenu && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              rightSection={<IconChevronDown size={13} />}
            >
              {t('views.menu')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((view) => (
              <Menu.Item key={view.id} onClick={() => onOpen(view)}>
                <bdi>{view.name}</bdi>
              </Menu.Item>
            ))}
            {current && others.length > 0 && <Menu.Divider />}
            {current && (
              <>
                <Menu.Label>
                  <bdi>{current.name}</bdi>
                </Menu.Label>
                {savable && (
                  <Menu.Item
                    onClick={() => save.mutate({ id: current.id, etag: current.etag, filter: values })}
                  >
                    {t('views.update')}
                  </Menu.Item>
                )}
                <Menu.Item onClick={() => setNaming('rename')}>{t('views.rename')}</Menu.Item>
                <Menu.Item
                  onClick={() => save.mutate({ id: current.id, etag: current.etag, pinned: !current.pinned })}
                >
                  {current.pinned ? t('views.unpin') : t('views.pin')}
                </Menu.Item>
                <Menu.Item color="red" onClick={() => drop(current)}>
                  {t('views.delete')}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

interface NameFormProps {
  current: SavedView | null;
  onDone: (name: string, pinned: boolean) => void;
}

function NameForm({ current, onDone }: NameFormProps) {
  const { t } = useTranslation('orders');
  const [name, setName] = useState(current?.name ?? '');
  const [pinned, setPinned] = useState(current?.pinned ?? true);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) onDone(name.trim(), pinned);
      }}
    >
      <Stack gap={8} w={220}>
        <TextInput
          label={t('views.name')}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox
          label={t('views.asTab')}
          checked={pinned}
          onChange={(event) => setPinned(event.currentTarget.checked)}
        />
        <Button type="submit" disabled={!name.trim()}>
          {current ? t('views.saveName') : t('views.save')}
        </Button>
      </Stack>
    </form>
  );
}
