import { Autocomplete, Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  type DateOrder,
  type ImportBatch,
  type ImportMode,
  useChannels,
  useFormats,
  useInspection,
} from '@/api';
import { knownZone } from '@/lib/choices';
import { href, useSearchParams } from '@/lib/nav';
import { CurrencySelect, ZoneSelect } from '@/ui';
import { currencyOpen, zoneAsked } from '../words';
import styles from './Plan.module.css';
import { useReplan } from './useReplan';

const modes: readonly ImportMode[] = ['merge', 'new', 'update'];

/** How the file is read. Another choice makes a new plan of the same file; the old one is put away. */
export function PlanOptions({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const [more, setMore] = useState(false);
  const dates = useSearchParams()[0].dates ?? '';
  const { replan, error, asked } = useReplan(batch);
  const sheets =
    useInspection(batch.sheet ? batch.file.id : undefined, { sheet: batch.sheet }).data?.sheets ?? [];
  const noSheet = error !== null && asked?.sheet !== undefined && asked.sheet !== batch.sheet;
  const formats = useFormats().data ?? [];
  const wrong = (field: string) =>
    error instanceof ApiError && error.problem.field === field ? error.problem.detail : undefined;
  const zone = more || zoneAsked(batch);
  const currency = more ? !currencyOpen(batch) : batch.currency !== ''; // while it is open, the plan asks for it
  return (
    <div className={styles.options}>
      {batch.kind !== 'stock_counts' && (
        <ChannelField
          channel={batch.channel}
          error={wrong('channel')}
          onChange={(channel) => replan({ channel })}
        />
      )}
      {batch.kind !== 'edi' && (
        <Select
          label={t('option.mode')}
          data={modes.map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))}
          value={batch.mode}
          onChange={(mode) => mode && replan({ mode: mode as ImportMode })}
          allowDeselect={false}
        />
      )}
      {sheets.length > 1 && (
        <Select
          label={t('option.sheet')}
          data={sheets}
          value={batch.sheet}
          // Another sheet may be of another format: it is found out anew.
          onChange={(sheet) => sheet && replan({ sheet, format: '', profile: undefined })}
          allowDeselect={false}
          searchable={sheets.length > 8}
          error={noSheet} // why is said beside
        />
      )}
      {zone && (
        <ZoneSelect
          label={t('option.zone')}
          value={batch.zone_source === 'file' ? '' : knownZone(batch.zone)}
          none={
            batch.zone_source === 'option'
              ? t('option.zoneOfChannel')
              : batch.zone_source === 'file'
                ? t('option.zoneOfFile')
                : undefined
          }
          onChange={(next) => replan({ zone: next })}
          error={wrong('zone')}
        />
      )}
      {currency && (
        <CurrencySelect
          label={t('option.currency')}
          value={batch.currency}
          none={t('option.currencyOfFile')}
          onChange={(next) => replan({ currency: next })}
          error={wrong('currency')}
        />
      )}
      {(more || dates) && (
        <Select
          label={t('option.dates')}
          data={[
            { value: '', label: t('option.datesOfFile') },
            { value: 'mdy', label: t('option.mdy') },
            { value: 'dmy', label: t('option.dmy') },
          ]}
          value={dates}
          onChange={(order) => replan({ date_order: (order || undefined) as DateOrder | undefined })}
          allowDeselect={false}
        />
      )}
      {more && !batch.profile && (
        <Select
          label={t('option.format')}
          data={formats.map(({ id, name }) => ({ value: id, label: name }))}
          value={batch.format}
          onChange={(format) => format && replan({ format, profile: undefined, sheet: undefined })}
          allowDeselect={false}
          searchable
          error={wrong('format')}
        />
      )}
      {(more || batch.profile) && (
        <Button
          variant="default"
          component="a"
          href={href('/import/map', {
            file: batch.file.id,
            profile: batch.profile ?? undefined,
            batch: batch.id,
          })}
        >
          {t(batch.profile ? 'map.change' : 'map.open')}
        </Button>
      )}
      {!more && (
        <Button variant="subtle" color="gray" onClick={() => setMore(true)}>
          {t('option.more')}
        </Button>
      )}
    </div>
  );
}

interface ChannelFieldProps {
  channel: string;
  error?: string;
  onChange: (channel: string) => void;
}

/** One of the channels, or a new one by typing its name. Taken on Enter, a choice, or when the field is left. */
function ChannelField({ channel, error, onChange }: ChannelFieldProps) {
  const { t } = useTranslation('imports');
  const names = (useChannels().data ?? []).map(({ name }) => name);
  const [text, setText] = useState(channel);
  const typed = text.trim();
  const isNew = typed !== '' && !names.some((name) => name.toLowerCase() === typed.toLowerCase());
  const commit = (name: string) => {
    const wanted = name.trim();
    if (wanted === '') setText(channel);
    else if (wanted !== channel) onChange(wanted);
  };
  return (
    <Autocomplete
      label={isNew ? t('option.channelNew') : t('option.channel')}
      data={names}
      value={text}
      onChange={setText}
      onOptionSubmit={commit}
      onBlur={() => commit(text)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
      filter={({ options, search }) =>
        search.trim() === channel
          ? options
          : options.filter(
              (option) =>
                'label' in option && option.label.toLowerCase().includes(search.trim().toLowerCase()),
            )
      }
      error={error}
      maxLength={80}
    />
  );
}
