import { Button, MultiSelect, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type StockRule,
  type StockRuleDraft,
  useLocations,
  useSaveStockRule,
  useStockRulePreview,
} from '@/api';
import { showDone } from '@/ui';
import { MastersWord } from './MastersWord';
import { RulePreview } from './RulePreview';
import { Simulator } from './Simulator';
import styles from './stockrules.module.css';

type Text = 'buffer' | 'percent' | 'lag_most' | 'end_when' | 'most' | 'last_units' | 'rank';

interface Field {
  name: Text;
  label: 'buffer' | 'percent' | 'late' | 'end' | 'most' | 'lastUnits' | 'rank';
  hint?: 'bufferHint' | 'percentHint' | 'lateHint' | 'endHint' | 'mostHint' | 'lastUnitsHint';
  help?: 'lateHelp' | 'lastUnitsHelp' | 'rankHelp';
  only?: readonly StockRule['scope'][];
}

const fields: readonly Field[] = [
  { name: 'buffer', label: 'buffer', hint: 'bufferHint' },
  { name: 'percent', label: 'percent', hint: 'percentHint' },
  { name: 'lag_most', label: 'late', hint: 'lateHint', help: 'lateHelp' },
  { name: 'end_when', label: 'end', hint: 'endHint' },
  { name: 'most', label: 'most', hint: 'mostHint' },
  {
    name: 'last_units',
    label: 'lastUnits',
    hint: 'lastUnitsHint',
    help: 'lastUnitsHelp',
    only: ['all', 'variant'],
  },
  { name: 'rank', label: 'rank', help: 'rankHelp', only: ['channel'] },
];

const masters = ['here', 'channel', 'erp', 'books'] as const;

const draftOf = (rule: StockRule): StockRuleDraft => ({
  buffer: rule.buffer ?? '',
  percent: rule.percent ?? '',
  lag_most: rule.lag_most ?? '',
  end_when: rule.end_when ?? '',
  most: rule.most ?? '',
  last_units: rule.last_units ?? '',
  rank: rule.rank ?? '',
  master: rule.master ?? '',
  locations: rule.locations ?? undefined,
});

/** One rule: what is typed is worked out over its listings at once, and saved only by the button. */
export function RuleForm({ rule }: { rule: StockRule }) {
  const { t } = useTranslation('stockrules');
  const [draft, setDraft] = useState(draftOf(rule));
  const [asked] = useDebouncedValue(draft, 200);
  const preview = useStockRulePreview(rule.scope, rule.id, asked);
  const save = useSaveStockRule();
  const before = draftOf(rule);
  const same = JSON.stringify(before) === JSON.stringify(draft);
  const put = (change: Partial<StockRuleDraft>) => setDraft({ ...draft, ...change });
  const store = (next: StockRuleDraft, etag: string) =>
    save.mutate(
      { scope: rule.scope, id: rule.id, etag, draft: next },
      {
        onSuccess: (saved) =>
          showDone(
            t('saved', { name: saved.name, words: saved.words }),
            next === before ? undefined : () => store(before, saved.etag),
          ),
      },
    );
  return (
    <>
      {(rule.scope === 'variant' || rule.scope === 'listing') && (
        <h2 className={styles.name}>
          <bdi className="mono">{rule.name}</bdi>{' '}
          <span className={styles.soft}>{t(`of.${rule.scope}`, { channel: rule.channel ?? '' })}</span>
        </h2>
      )}
      <form
        className={styles.rule}
        onSubmit={(event) => {
          event.preventDefault();
          store(draft, rule.etag);
        }}
      >
        {fields
          .filter(({ only }) => only === undefined || only.includes(rule.scope))
          .map(({ name, label, hint, help }) => (
            <TextInput
              key={name}
              label={t(label)}
              title={help && t(help)}
              placeholder={hint && t(hint)}
              w={132}
              inputMode="decimal"
              value={draft[name] ?? ''}
              onChange={(event) => put({ [name]: event.currentTarget.value.trim() })}
            />
          ))}
        <Places value={draft.locations} onChange={(locations) => put({ locations })} />
        {rule.scope === 'channel' && (
          <Select
            label={t('master')}
            title={t('masterHelp')}
            w={230}
            allowDeselect={false}
            value={draft.master || 'none'}
            data={['none', ...masters].map((each) => ({
              value: each,
              label: t(`masters.${each as 'none' | (typeof masters)[number]}`),
            }))}
            onChange={(next) =>
              put({ master: (next === 'none' || next === null ? '' : next) as StockRuleDraft['master'] })
            }
          />
        )}
        <Button type="submit" disabled={same || preview.error !== null} loading={save.isPending}>
          {t('save')}
        </Button>
        {rule.etag !== '0' && (
          <Button variant="subtle" color="gray" onClick={() => store({}, rule.etag)}>
            {t('remove')}
          </Button>
        )}
      </form>
      <p className={styles.soft}>
        {rule.scope === 'all' || rule.scope === 'variant' ? `${t('lastUnitsHelp')} ` : ''}
        {t('lateHelp')} {t('keptNote')}
      </p>
      {rule.scope === 'channel' && rule.master && rule.master !== 'here' && <MastersWord rule={rule} />}
      <RulePreview preview={preview.data} error={preview.error} />
      <Simulator rule={rule} draft={asked} broken={preview.error !== null} />
    </>
  );
}

/** The only locations that count; none chosen says nothing. */
function Places({
  value,
  onChange,
}: {
  value: string[] | null | undefined;
  onChange: (next: string[] | undefined) => void;
}) {
  const { t } = useTranslation('stockrules');
  const all = (useLocations().data ?? []).filter(({ channel }) => channel === null);
  if (all.length < 2) return null;
  return (
    <MultiSelect
      label={t('locations')}
      placeholder={value && value.length > 0 ? undefined : t('locationsHint')}
      miw={200}
      maw={320}
      clearable
      data={all.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? []}
      onChange={(next) => onChange(next.length > 0 ? next : undefined)}
    />
  );
}
