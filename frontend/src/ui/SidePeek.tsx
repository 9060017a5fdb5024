import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './SidePeek.module.css';

interface Props {
  title: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** A record beside its list: the list stays, keeps its keys and moves the peek along. */
export function SidePeek({ title, actions, onClose, children }: Props) {
  const { t } = useTranslation('ui');
  return (
    <aside className={styles.peek} aria-label={t('peek.label')}>
      <header className={styles.head}>
        <div className={styles.title}>{title}</div>
        {actions}
        <ActionIcon onClick={onClose} aria-label={t('peek.close')}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <div className={styles.body} tabIndex={0}>
        {children}
      </div>
    </aside>
  );
}

/** A titled part of a peek, set off by a hairline. */
export function PeekPart({ title, children }: { title?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.part}>
      {title && <h2>{title}</h2>}
      {children}
    </div>
  );
}
