import { IconFileImport } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inWindow, onNative } from '@/lib/native';
import styles from './ImportDrop.module.css';
import { useIntake } from './useIntake';

/** Takes files dropped or pasted anywhere on the window; mounted once by the frame. */
export function ImportDrop() {
  const { t } = useTranslation('imports');
  const take = useIntake();
  const over = useDrops((files) => {
    // The window hears of the same drop with real paths.
    if (!inWindow()) take(files);
  });
  useEffect(
    () => onNative('files-dropped', (paths) => take(Array.isArray(paths) ? (paths as string[]) : [])),
    [take],
  );
  if (!over) return null;
  return (
    <div className={styles.veil} aria-hidden>
      <div className={styles.words}>
        <IconFileImport size={28} stroke={1.5} />
        <strong>{t('drop.title')}</strong>
        <span>{t('drop.words')}</span>
      </div>
    </div>
  );
}

/** True while a file is held over the window. */
function useDrops(onFiles: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    let depth = 0;
    const leave = () => {
      depth = 0;
      setOver(false);
    };
    const enter = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      depth += 1;
      setOver(true);
    };
    const out = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      depth -= 1;
      if (depth <= 0) leave();
    };
    const hold = (event: DragEvent) => {
      if (hasFiles(event.dataTransfer)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      leave();
      latest.current(Array.from(event.dataTransfer?.files ?? []));
    };
    const paste = (event: ClipboardEvent) => {
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length > 0) latest.current(files);
    };
    const listeners: [string, (event: never) => void][] = [
      ['dragenter', enter],
      ['dragleave', out],
      ['dragover', hold],
      ['drop', drop],
      ['paste', paste],
    ];
    for (const [name, listen] of listeners) window.addEventListener(name, listen as EventListener);
    return () => {
      for (const [name, listen] of listeners) window.removeEventListener(name, listen as EventListener);
    };
  }, []);
  return over;
}

const hasFiles = (transfer: DataTransfer | null): boolean =>
  transfer !== null && Array.from(transfer.types).includes('Files');
