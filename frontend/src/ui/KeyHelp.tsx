import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isMac, useKeyGroups } from '@/lib/keys';
import styles from './Keys.module.css';

const names: Record<string, string> = {
  Mod: isMac ? '⌘' : 'Ctrl',
  Shift: '⇧',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

/** A key as printed on the keyboard: "Mod+k" becomes Ctrl K. */
export function Keys({ keys }: { keys: string }) {
  const caps = keys.split(/[+ ]/).map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key));
  return (
    <span className={styles.keys}>
      {caps.map((cap, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cap is its place
        <kbd key={`${place}${cap}`} className={styles.key}>
          {cap}
        </kbd>
      ))}
    </span>
  );
}

/** Every key that works on this screen, nearest first. */
export function KeyHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('ui');
  const groups = useKeyGroups();
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys.title')} size={640}>
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group.title} className={styles.group}>
            <h3>{group.title}</h3>
            {group.bindings.map((binding) => (
              <div key={binding.keys} className={styles.line}>
                <span>{binding.label}</span>
                <Keys keys={binding.keys} />
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}
