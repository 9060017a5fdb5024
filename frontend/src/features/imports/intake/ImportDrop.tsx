import { IconFileImport } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { offerDrop } from '@/lib/drops';
import { inField } from '@/lib/keys';
import { useLocale } from '@/lib/locale';
import { inWindow, onNative } from '@/lib/native';
import styles from './ImportDrop.module.css';
import { pastedTable } from './pasted';
import { useIntake } from './useIntake';

/** Takes files dropped or pasted anywhere on the window; mounted once by the frame. */
export function ImportDrop() {
  const { t } = useTranslation('imports');
  const take = useIntake();
  const { language } = useLocale();
  const over = useDrops({
    // The window hears of the same drop with real paths.
    onDrop: (files) => {
      if (!inWindow() && !offerDrop(files)) take(files);
    },
    onPaste: take,
    tableOf: (text) => {
      const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(
        new Date(),
      );
      return pastedTable(text, t('paste.name', { day }));
    },
  });
  useEffect(
    () =>
      onNative('files-dropped', (dropped) => {
        const paths = Array.isArray(dropped) ? (dropped as string[]) : [];
        if (!offerDrop(paths)) take(paths);
      }),
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

interface Takes {
  onDrop: (files: File[]) => void;
  onPaste: (files: File[]) => void;
  /** The table that a pasted text is, as a file; null when it is none. */
  tableOf: (text: string) => File | null;
}

/** True while a file is held over the window. */
function useDrops({ onDrop, onPaste, tableOf }: Takes): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  const latestFiles = useRef(onPaste);
  latestFiles.current = onPaste;
  const latestTable = useRef(tableOf);
  latestTable.current = tableOf;
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
      if (event.defaultPrevented || inField(event.target)) return;
      const files = Array.from(event.clipboardData?.files ?? []);
      const table =
        files.length === 0 ? latestTable.current(event.clipboardData?.getData('text/plain') ?? '') : null;
      if (files.length > 0) latestFiles.current(files);
      else if (table) latestFiles.current([table]);
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
