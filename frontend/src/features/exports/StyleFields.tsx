import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Template, TemplateStyle } from '@/api';
import styles from './exports.module.css';

interface Props {
  template: Template;
  onChange: (change: Partial<Template>) => void;
}

const dates = [
  'iso_time',
  'iso_day',
  'iso',
  'instant',
  'mdy',
  'mdy_time',
  'dmy',
  'dmy_time',
  'dots',
  'dots_time',
] as const;
const zones = ['workspace', 'utc', 'order'] as const;

/** How values and rows are written. */
export function StyleFields({ template, onChange }: Props) {
  const { t } = useTranslation('exports');
  const { style, limits } = template;
  const set = (next: Partial<TemplateStyle>) => onChange({ style: { ...style, ...next } });
  const choice = <K extends keyof TemplateStyle>(key: K, values: readonly string[], usual: string) => (
    <Select
      size="xs"
      label={t(`style.${key as 'date'}`)}
      data={values.map((value) => ({ value, label: t(`styles.${key as 'date'}.${value as 'mdy'}`) }))}
      value={(style[key] as string | undefined) || usual}
      onChange={(value) => value && set({ [key]: value } as Partial<TemplateStyle>)}
      allowDeselect={false}
    />
  );
  const text = template.format === 'csv' || template.format === 'tsv';
  const sheet = text || template.format === 'xlsx';
  return (
    <div className={styles.styleGrid}>
      {text &&
        choice(
          'delimiter',
          ['comma', 'semicolon', 'tab', 'pipe'],
          template.format === 'tsv' ? 'tab' : 'comma',
        )}
      {(text || template.format === 'iif') &&
        choice('encoding', ['utf-8-bom', 'utf-8', 'utf-16le', 'windows-1252'], 'utf-8')}
      {text && choice('decimal', ['point', 'comma'], 'point')}
      {!template.layout && choice('date', dates, 'iso_time')}
      {choice('zone', zones.includes((style.zone || 'workspace') as 'utc') ? zones : [...zones], 'workspace')}
      {text && choice('line_end', ['crlf', 'lf'], 'crlf')}
      {text && choice('quote', ['needed', 'always', 'never'], 'needed')}
      {text && choice('guard', ['on', 'loose', 'off'], 'on')}
      <NumberInput
        size="xs"
        label={t('style.records')}
        min={0}
        value={limits.records ?? 0}
        onChange={(value) => onChange({ limits: { ...limits, records: Number(value) || 0 } })}
      />
      {(template.kind === 'orders' || template.kind === 'lines') && (
        <TextInput
          size="xs"
          label={t('style.target')}
          description={t('style.targetWords')}
          value={template.target ?? ''}
          onChange={(event) => onChange({ target: event.currentTarget.value })}
        />
      )}
      {sheet && (
        <Checkbox
          label={t('style.header')}
          checked={!style.no_header}
          onChange={(event) => set({ no_header: !event.currentTarget.checked })}
        />
      )}
      {template.kind === 'orders' && !template.layout && (
        <Checkbox
          label={t('style.perLine')}
          checked={template.per_line ?? false}
          onChange={(event) => onChange({ per_line: event.currentTarget.checked })}
        />
      )}
      {(template.kind === 'orders' || template.kind === 'lines') && (
        <Checkbox
          label={t('style.oldest')}
          checked={template.oldest_first ?? false}
          onChange={(event) => onChange({ oldest_first: event.currentTarget.checked })}
        />
      )}
    </div>
  );
}
