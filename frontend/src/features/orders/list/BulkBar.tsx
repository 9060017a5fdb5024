import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BulkAction, OrderFilter, OrderRow } from '@/api';
import { exportWords } from '@/lib/exportWords';
import { useKeys } from '@/lib/keys';
import { href, useGo } from '@/lib/nav';
import { recall, remember } from '@/lib/pageState';
import { allMatching, BulkBar, isEmpty, noSelection, type Selection, selectedCount } from '@/ui';
import type { BulkAsk } from './BulkDialog';

interface Props {
  selection: Selection;
  onSelection: (next: Selection) => void;
  rows: readonly OrderRow[];
  total: number | null;
  filter: OrderFilter;
  onAsk: (ask: BulkAsk) => void;
}

const actions = ['tag', 'untag', 'hold', 'release'] as const;
const letters: Record<BulkAction, string> = { tag: 't', untag: 'Shift+t', hold: 'h', release: 'r' };

/** What can be done with the selection; by key also with the row under the cursor. */
export function OrdersBulkBar({ selection, onSelection, rows, total, filter, onAsk }: Props) {
  const { t } = useTranslation('orders');
  const go = useGo();
  const none = isEmpty(selection);
  const ask = (action: BulkAction) => {
    const cursor = recall<string | null>('orders.cursor', null);
    if (selection.all) onAsk({ action, filter });
    else if (!none) onAsk({ action, ids: [...selection.ids] });
    else if (cursor !== null) onAsk({ action, ids: [cursor] });
  };
  const exportThem = () => {
    if (!selection.all) remember('exports.chosen', [...selection.ids]);
    go(href('/exports/1', selection.all ? { filter: exportWords({ ...filter }) } : { chosen: '1' }));
  };
  useKeys(t('bulk.title'), [
    ...actions.map((action) => ({
      keys: letters[action],
      label: t(`bulk.${action}`),
      run: () => ask(action),
    })),
    { keys: 'Mod+a', label: t('bulk.selectAll'), run: () => rows.length > 0 && onSelection(allMatching) },
  ]);
  if (none) return null;
  return (
    <BulkBar
      selected={selectedCount(selection, total)}
      matching={total}
      all={selection.all}
      onAll={() => onSelection(allMatching)}
      onNone={() => onSelection(noSelection)}
    >
      {actions.map((action) => (
        <Button key={action} variant="default" onClick={() => ask(action)}>
          {t(`bulk.${action}`)}
        </Button>
      ))}
      <Button variant="default" onClick={exportThem}>
        {t('export')}
      </Button>
    </BulkBar>
  );
}
