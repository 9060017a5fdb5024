import { Autocomplete, Button, Group } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BulkAction, type Id, type OrderFilter, useApplyBulk, usePlanBulk, useUndoRun } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Dialog, ErrorState, PlanSummary, showDone } from '@/ui';

export interface BulkAsk {
  action: BulkAction;
  ids?: Id[];
  filter?: OrderFilter;
}

interface Props {
  ask: BulkAsk;
  tags: string[];
  onClose: () => void;
  onDone: () => void;
}

/** Plan, then apply: says exactly what will change and what is left out before anything does. */
export function BulkDialog({ ask, tags, onClose, onDone }: Props) {
  const { t } = useTranslation('orders');
  const { language } = useLocale();
  const { action } = ask;
  const tagging = action === 'tag' || action === 'untag';
  const [value, setValue] = useState('');
  const [asked] = useDebouncedValue(value.trim(), 150);
  const { mutate: plan, reset, data, error, isPending } = usePlanBulk();
  const apply = useApplyBulk();
  const undo = useUndoRun();
  // biome-ignore lint/correctness/useExhaustiveDependencies: one dialog is one ask; only the tag changes
  useEffect(() => {
    if (tagging && !asked) reset();
    else plan({ ...ask, value: asked });
  }, [asked]);
  const fresh = data && !isPending && (!tagging || asked === value.trim()) ? data : null;
  const number = (count: number) => formatCount(count, language);
  const go = () => {
    if (!fresh || fresh.changes === 0) return;
    apply.mutate(fresh.plan, {
      onSuccess: ({ run, changed }) => {
        const done = { count: changed, number: number(changed), tag: asked };
        onClose();
        onDone();
        showDone(t(`bulk.done.${action}`, done), () => undo.mutate(run));
      },
    });
  };
  return (
    <Dialog onClose={onClose} title={t(`bulk.${action}`)} size={440}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        {tagging && (
          <Autocomplete
            label={t('bulk.tagName')}
            data={tags.filter((tag) => tag !== value)}
            value={value}
            onChange={setValue}
            data-autofocus
            maxLength={80}
          />
        )}
        {error && <ErrorState error={error} />}
        {data && (
          <PlanSummary
            lines={[
              { state: 'fine', words: t(`bulk.will.${action}`, { tag: asked }), count: data.changes },
              ...data.skipped.map(({ reason, count }) => ({
                state: 'quiet' as const,
                words: t('bulk.skipped', { reason }),
                count,
              })),
            ]}
          />
        )}
        <Group justify="flex-end" mt="lg" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('bulk.cancel')}
          </Button>
          <Button
            type="submit"
            disabled={!fresh || fresh.changes === 0}
            loading={apply.isPending}
            data-autofocus={!tagging || undefined}
          >
            {fresh
              ? t(`bulk.go.${action}`, { count: fresh.changes, number: number(fresh.changes) })
              : t(`bulk.${action}`)}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
