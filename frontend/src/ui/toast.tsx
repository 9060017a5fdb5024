import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { i18next } from '@/i18n';
import { wordsOf } from './problem';

/** Says what was done; with `undo`, offers to take it back. */
export function showDone(words: string, undo?: () => void): void {
  const id = notifications.show({
    autoClose: undo ? 10_000 : 4_000,
    color: 'teal',
    closeButtonProps: { 'aria-label': i18next.t('ui:close') },
    message: undo ? (
      <Group justify="space-between" wrap="nowrap">
        <span>{words}</span>
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {i18next.t('ui:toast.undo')}
        </Button>
      </Group>
    ) : (
      words
    ),
  });
}

/** Says what did not work and what to do. */
export function showProblem(error: unknown): void {
  const { message, remedy } = wordsOf(error, i18next.t('ui:error.unknown'));
  notifications.show({
    color: 'red',
    autoClose: 12_000,
    closeButtonProps: { 'aria-label': i18next.t('ui:close') },
    message: `${message} ${remedy}`.trim(),
  });
}
