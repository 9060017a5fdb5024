import { Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';

interface Props {
  title: ReactNode;
  size?: number | string;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that is open for as long as it is drawn. When it goes, the focus is where it was before. */
export function Dialog({ title, size, onClose, children }: Props) {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // Who moved the focus on purpose, to a page that came of it, is not called back.
      if (document.activeElement !== document.body) return;
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
  return (
    <Modal opened onClose={onClose} title={title} size={size}>
      {children}
    </Modal>
  );
}
