import { Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Inspection } from '@/api';
import { CurrencySelect, ZoneSelect } from '@/ui';
import type { Draft } from './draft';
import styles from './mapping.module.css';

interface Props {
  inspection: Inspection;
  draft: Draft;
  columns: readonly string[];
  onChange: (change: Partial<Draft>) => void;
  onLayout: (layout: Draft['layout']) => void;
}

const encodings = ['UTF-8', 'Windows-1252', 'UTF-16LE', 'UTF-16BE'];
const signs = [',', ';', '\t', '|'] as const;
const signWords = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;

/** How the file is read: said in one line, and open to be changed. */
export function Reading({ inspection, draft, columns, onChange, onLayout }: Props) {
  const { t } = useTranslation('mapping');
  const [open, setOpen] = useState(false);
  const sign = inspection.delimiter as keyof typeof signWords;
  const text = inspection.container === 'text';
  const objects = inspection.container === 'json';
  const said = [
    inspection.sheet ? t('reading.ofSheet', { sheet: inspection.sheet }) : inspection.encoding,
    text && t(`reading.sign.${signWords[sign] ?? 'other'}`),
    objects ? t('reading.objects') : t('reading.headerIn', { row: inspection.header_row }),
    draft.dateOrder && t(`reading.${draft.dateOrder}`),
    draft.decimal && t(`reading.decimal.${draft.decimal}`),
    draft.currency,
    draft.zone,
  ].filter(Boolean);
  const lay = (change: Draft['layout']) => onLayout({ ...draft.layout, ...change });
  const maybeDescribed =
    inspection.reasons.some((reason) => reason.includes('may describe')) && !inspection.description_row;
  return (
    <section className={styles.reading} aria-label={t('reading.title')}>
      <p className={styles.said}>
        <span className={styles.soft}>{t('reading.title')}</span> {said.join(' · ')}{' '}
        <Button size="compact-xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'reading.close' : 'reading.change')}
        </Button>
        {maybeDescribed && !open && (
          <Button size="compact-xs" variant="subtle" onClick={() => lay({ description_row: true })}>
            {t('reading.skipDescription')}
          </Button>
        )}
      </p>
      {open && (
        <div className={styles.options}>
          {inspection.sheets.length > 1 && (
            <Select
              label={t('reading.sheet')}
              data={inspection.sheets}
              value={inspection.sheet}
              onChange={(sheet) => sheet && lay({ sheet })}
              allowDeselect={false}
            />
          )}
          {text && (
            <>
              <Select
                label={t('reading.delimiter')}
                data={signs.map((value) => ({ value, label: t(`reading.sign.${signWords[value]}`) }))}
                value={inspection.delimiter}
                onChange={(delimiter) => delimiter && lay({ delimiter })}
                allowDeselect={false}
              />
              <Select
                label={t('reading.encoding')}
                data={encodings}
                value={inspection.encoding}
                onChange={(encoding) => encoding && lay({ encoding })}
                allowDeselect={false}
              />
            </>
          )}
          {!objects && (
            <NumberInput
              label={t('reading.header')}
              value={inspection.header_row}
              min={1}
              max={50}
              onChange={(row) => typeof row === 'number' && row > 0 && lay({ header_row: row })}
            />
          )}
          <Select
            label={t('reading.dates')}
            data={[
              { value: '', label: t('reading.datesOfFile') },
              { value: 'dmy', label: t('reading.dmy') },
              { value: 'mdy', label: t('reading.mdy') },
            ]}
            value={draft.dateOrder}
            onChange={(order) => onChange({ dateOrder: (order ?? '') as Draft['dateOrder'] })}
            allowDeselect={false}
          />
          <Select
            label={t('reading.decimals')}
            data={[
              { value: '', label: t('reading.decimalOfFile') },
              { value: 'point', label: t('reading.decimal.point') },
              { value: 'comma', label: t('reading.decimal.comma') },
            ]}
            value={draft.decimal}
            onChange={(decimal) => onChange({ decimal: (decimal ?? '') as Draft['decimal'] })}
            allowDeselect={false}
          />
          <ZoneSelect
            label={t('reading.zone')}
            value={draft.zone}
            none={t('reading.zoneNone')}
            onChange={(zone) => onChange({ zone })}
          />
          <CurrencySelect
            label={t('reading.currency')}
            value={draft.currency}
            none={t('reading.currencyNone')}
            onChange={(currency) => onChange({ currency })}
          />
          <Select
            label={t(draft.kind === 'orders' ? 'reading.keyOrders' : 'reading.key')}
            data={[
              { value: '', label: t(draft.kind === 'orders' ? 'reading.keyAuto' : 'reading.keyNone') },
              ...columns.map((value) => ({ value, label: value })),
            ]}
            value={draft.key}
            onChange={(key) => onChange({ key: key ?? '' })}
            allowDeselect={false}
            searchable
          />
          <TextInput
            label={t('reading.clear')}
            placeholder="[clear]"
            value={draft.clear}
            onChange={(event) => onChange({ clear: event.currentTarget.value })}
          />
          <Checkbox
            label={t('reading.description')}
            checked={inspection.description_row}
            onChange={(event) => lay({ description_row: event.currentTarget.checked })}
          />
        </div>
      )}
    </section>
  );
}
