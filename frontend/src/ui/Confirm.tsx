import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog';

interface Props {
  title: string;
  /** Names the number and the effect. */
  children: ReactNode;
  /** The verb. */
  action: string;
  busy?: boolean;
  disabled?: boolean;
  /** For what cannot be taken back. */
  danger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** One question before a step that matters. Enter does it, Escape leaves all as it is. */
export function Confirm(props: Props) {
  const { t } = useTranslation('ui');
  return (
    <Dialog onClose={props.onClose} title={props.title} size={460}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!props.disabled) props.onConfirm();
        }}
      >
        {props.children}
        <Group justify="flex-end" mt="lg" gap={8}>
          <Button variant="default" onClick={props.onClose}>
            {t('confirm.leave')}
          </Button>
          <Button
            type="submit"
            color={props.danger ? 'red' : undefined}
            loading={props.busy}
            disabled={props.disabled}
            data-autofocus={!props.disabled || undefined}
          >
            {props.action}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
