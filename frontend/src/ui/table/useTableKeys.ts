import { useTranslation } from 'react-i18next';
import { type KeyBinding, useKeys } from '@/lib/keys';

interface TableMoves {
  move: (step: number) => void;
  edge: (end: 'first' | 'last') => void;
  page: number;
  open?: () => void;
  peek?: () => void;
  tick?: () => void;
  extend?: (step: number) => void;
  leave?: () => void;
}

/** The keys every list has. They work without the list having the focus. */
export function useTableKeys(title: string, moves: TableMoves): void {
  const { t } = useTranslation('ui');
  const { move, edge, page, open, peek, tick, extend, leave } = moves;
  const quiet = (keys: string, run: () => void): KeyBinding => ({ keys, label: '', run, hidden: true });
  const bindings: KeyBinding[] = [
    { keys: 'j', label: t('table.next'), run: () => move(1) },
    { keys: 'k', label: t('table.previous'), run: () => move(-1) },
    quiet('ArrowDown', () => move(1)),
    quiet('ArrowUp', () => move(-1)),
    quiet('PageDown', () => move(page)),
    quiet('PageUp', () => move(-page)),
    quiet('Home', () => edge('first')),
    quiet('End', () => edge('last')),
  ];
  if (open) bindings.push({ keys: 'Enter', label: t('table.open'), run: open });
  if (peek) bindings.push({ keys: 'Space', label: t('table.peek'), run: peek });
  if (tick) bindings.push({ keys: 'x', label: t('table.select'), run: tick });
  if (extend) {
    bindings.push({ keys: 'Shift+ArrowDown', label: t('table.extend'), run: () => extend(1) });
    bindings.push(quiet('Shift+ArrowUp', () => extend(-1)));
    bindings.push(
      quiet('Shift+j', () => extend(1)),
      quiet('Shift+k', () => extend(-1)),
    );
  }
  if (leave) bindings.push({ keys: 'Escape', label: t('table.clear'), run: leave });
  useKeys(title, bindings);
}
