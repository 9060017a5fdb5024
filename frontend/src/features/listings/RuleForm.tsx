import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PriceRule, type PriceRuleDraft, usePricePreview, useSavePriceRule } from '@/api';
import { showDone } from '@/ui';
import styles from './listings.module.css';
import { PricePreviewTable } from './PricePreviewTable';

const roundings = ['', '5', '10', '95', '99'] as const;
const directions = ['up', 'nearest', 'down'] as const;

const draftOf = (rule: PriceRule): Required<PriceRuleDraft> => ({
  percent: rule.percent ?? '',
  rounding: rule.rounding,
  direction: rule.direction,
  floor_margin: rule.floor_margin ?? '',
});

/** One channel's rule: what is typed is worked out over its listings at once, and saved only by the button. */
export function RuleForm({ rule }: { rule: PriceRule }) {
  const { t } = useTranslation('listings');
  const [draft, setDraft] = useState(draftOf(rule));
  const [asked] = useDebouncedValue(draft, 200);
  const preview = usePricePreview(rule.channel, asked);
  const save = useSavePriceRule();
  const before = draftOf(rule);
  const same = JSON.stringify(before) === JSON.stringify(draft);
  const put = (change: Partial<Required<PriceRuleDraft>>) => setDraft({ ...draft, ...change });
  const store = (next: PriceRuleDraft, etag: string) =>
    save.mutate(
      { id: rule.channel, etag, ...next },
      {
        onSuccess: (saved) =>
          showDone(
            t('price.saved', { channel: saved.name, words: saved.words }),
            next === before ? undefined : () => store(before, saved.etag),
          ),
      },
    );
  return (
    <>
      <form
        className={styles.rule}
        onSubmit={(event) => {
          event.preventDefault();
          store(draft, rule.etag);
        }}
      >
        <TextInput
          label={t('price.percent')}
          w={110}
          inputMode="decimal"
          value={draft.percent}
          onChange={(event) => put({ percent: event.currentTarget.value.trim() })}
        />
        <Select
          label={t('price.rounding')}
          w={170}
          allowDeselect={false}
          value={draft.rounding || 'none'}
          data={roundings.map((each) => ({
            value: each || 'none',
            label: t(`price.round.${each || 'none'}`),
          }))}
          onChange={(next) =>
            put({ rounding: (next === 'none' || next === null ? '' : next) as PriceRule['rounding'] })
          }
        />
        <Select
          label={t('price.direction')}
          w={120}
          allowDeselect={false}
          disabled={draft.rounding === ''}
          value={draft.direction}
          data={directions.map((each) => ({ value: each, label: t(`price.${each}`) }))}
          onChange={(next) => put({ direction: (next ?? 'up') as PriceRule['direction'] })}
        />
        <TextInput
          label={t('price.floor')}
          placeholder={t('price.floorHint')}
          w={180}
          inputMode="decimal"
          value={draft.floor_margin}
          onChange={(event) => put({ floor_margin: event.currentTarget.value.trim() })}
        />
        <Button type="submit" disabled={same || preview.error !== null} loading={save.isPending}>
          {t('price.save')}
        </Button>
      </form>
      <PricePreviewTable preview={preview.data} error={preview.error} />
    </>
  );
}
