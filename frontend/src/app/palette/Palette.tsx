import { Modal } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Keys } from '@/ui';
import type { PaletteItem } from './items';
import styles from './Palette.module.css';
import { usePaletteItems } from './usePaletteItems';

/** Ctrl/Cmd K: search any order, go anywhere, do anything. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('frame');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      size={620}
      padding={0}
      yOffset="12vh"
      centered={false}
      title={t('search')}
      classNames={{ header: 'sr' }}
    >
      {opened && <PaletteBox onClose={onClose} />}
    </Modal>
  );
}

function PaletteBox({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('frame');
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const items = usePaletteItems(text);
  const listId = useId();
  const place = Math.min(at, items.length - 1);
  const optionId = (index: number) => `${listId}-${index}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a move scrolls
  useEffect(() => {
    document.getElementById(optionId(place))?.scrollIntoView({ block: 'nearest' });
  }, [place]);
  const take = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    // After the dialog gave the focus back, so that the page's own keys see the page.
    requestAnimationFrame(() => item.run());
  };
  const key = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((place + step + items.length) % Math.max(1, items.length));
    else if (event.key === 'Enter') take(items[place]);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.box}>
      <input
        className={styles.input}
        value={text}
        placeholder={t('search')}
        aria-label={t('search')}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={items.length > 0 ? optionId(place) : undefined}
        data-autofocus
        spellCheck={false}
        onKeyDown={key}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
      />
      {items.length === 0 && <div className={styles.none}>{t('palette.none')}</div>}
      <div id={listId} role="listbox" className={styles.list} aria-label={t('search')}>
        {items.map((item, index) => (
          <div key={item.id}>
            {items[index - 1]?.group !== item.group && <div className={styles.group}>{item.group}</div>}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box above has the keys */}
            <div
              id={optionId(index)}
              role="option"
              aria-selected={index === place}
              className={styles.item}
              onMouseMove={() => setAt(index)}
              onClick={() => take(item)}
            >
              <bdi className={`${styles.title} ellipsis`}>{item.title}</bdi>
              <bdi className={`${styles.detail} ellipsis`}>{item.detail}</bdi>
              {item.keys && <Keys keys={item.keys} />}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
