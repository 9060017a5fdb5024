import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '@/lib/keys';

/** A list that is no DataTable, walked by the same keys: a row is what is marked data-row, its link or button. */
export function Walk({ label, children }: { label: string; children: ReactNode }) {
  const { t } = useTranslation('ui');
  const list = useRef<HTMLDivElement>(null);
  const go = (step: number | 'first' | 'last') => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    rows[placeAfter(rows, step)]?.focus();
  };
  const quiet = (keys: string, step: number | 'first' | 'last') => ({
    keys,
    label: '',
    hidden: true,
    run: () => go(step),
  });
  useKeys(label, [
    { keys: 'j', label: t('table.next'), run: () => go(1) },
    { keys: 'k', label: t('table.previous'), run: () => go(-1) },
    quiet('ArrowDown', 1),
    quiet('ArrowUp', -1),
    quiet('Home', 'first'),
    quiet('End', 'last'),
  ]);
  return <div ref={list}>{children}</div>;
}

/** Which row comes next: from the one that has the focus, or that holds what has it; else the first or the last. */
function placeAfter(rows: readonly HTMLElement[], step: number | 'first' | 'last'): number {
  const last = rows.length - 1;
  if (step === 'first') return 0;
  if (step === 'last') return last;
  const now = rows.findIndex((row) => (row.closest('li,tr') ?? row).contains(document.activeElement));
  if (now < 0) return step > 0 ? 0 : last;
  return Math.min(last, Math.max(0, now + step));
}
