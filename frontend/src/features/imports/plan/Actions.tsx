import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportBatch, useApplyImport, useCancelImport, useDiscardImport } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { href, useGo } from '@/lib/nav';
import { showDone } from '@/ui';
import { applyWords, isBusy, type Kind, toApply } from '../words';
import { UndoDialog } from './UndoDialog';

/** The next step of an import: apply or discard its plan, stop what runs, look at the orders or take them back. */
export function PlanActions({ batch }: { batch: ImportBatch }) {
  const { state } = batch;
  if (isBusy(state)) return <Busy batch={batch} />;
  if (state === 'planned') return <Planned batch={batch} />;
  return <Ended batch={batch} />;
}

function Planned({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const go = useGo();
  const apply = useApplyImport();
  const discard = useDiscardImport();
  const count = toApply(batch.orders) + (batch.kind === 'edi' ? (batch.orders.error ?? 0) : 0); // partners are told of what is wrong, too
  const run = () => apply.mutate(batch.id);
  const drop = () =>
    discard.mutate(batch.id, {
      onSuccess: () => {
        go('/import');
        showDone(t('discarded', { name: batch.file.name }));
      },
    });
  useKeys(t('oneTitle'), [
    ...(count > 0 ? [{ keys: 'Mod+Enter', label: t('keys.apply'), run, inFields: true }] : []),
    { keys: 'Shift+d', label: t('keys.discard'), run: drop },
  ]);
  return (
    <>
      <Button variant="default" onClick={drop} disabled={apply.isPending}>
        {t('discard')}
      </Button>
      <Button onClick={run} disabled={count === 0 || discard.isPending} loading={apply.isPending}>
        {batch.kind === 'edi'
          ? t('apply.edi', { count, number: formatCount(count, language) })
          : applyWords(t, batch.orders, (each) => formatCount(each, language))}
      </Button>
    </>
  );
}

function Busy({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const cancel = useCancelImport();
  const { progress, state } = batch;
  const number = (count: number) => formatCount(count, language);
  const words =
    progress && progress.total > 0
      ? t('busy.of', { done: number(progress.done), total: number(progress.total) })
      : t(`state.${state}`);
  return (
    <>
      <span className="meta" role="status" style={{ alignSelf: 'center' }}>
        {words}
      </span>
      <Button variant="default" onClick={() => cancel.mutate(batch.id)} loading={cancel.isPending}>
        {t('stop')}
      </Button>
    </>
  );
}

function Ended({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const [undoing, setUndoing] = useState(false);
  const apply = useApplyImport();
  const rest = batch.orders.stale ?? 0;
  const applied = batch.state === 'applied';
  const undoable =
    applied || ((batch.state === 'cancelled' || batch.state === 'failed') && batch.run !== null);
  useKeys(t('oneTitle'), undoable ? [{ keys: 'z', label: t('undo.open'), run: () => setUndoing(true) }] : []);
  return (
    <>
      {undoable && (
        <Button variant="default" onClick={() => setUndoing(true)}>
          {t('undo.open')}
        </Button>
      )}
      {applied && <See batch={batch} filled={rest === 0} />}
      {applied && rest > 0 && (
        <Button onClick={() => apply.mutate(batch.id)} loading={apply.isPending}>
          {t('returned.apply', { count: rest, number: formatCount(rest, language) })}
        </Button>
      )}
      {undoing && <UndoDialog batch={batch} onClose={() => setUndoing(false)} />}
    </>
  );
}

const places: Record<Exclude<Kind, 'orders'>, string> = {
  products: '/products',
  customers: '/customers',
  stock_counts: '/stock',
  tracking: '/orders',
  prices: '/products',
  listing_links: '/stock',
  edi: '/edi',
};

/** Where to look at what came in. */
function See({ batch, filled }: { batch: ImportBatch; filled: boolean }) {
  const { t } = useTranslation('imports');
  const { kind, channel } = batch;
  const orders = kind === 'orders';
  return (
    <Button
      component="a"
      variant={filled ? 'filled' : 'default'}
      href={orders ? href('/orders', { channel }) : href(places[kind])}
    >
      {orders ? t('seeOrders', { channel }) : t(`see.${kind}`)}
    </Button>
  );
}
