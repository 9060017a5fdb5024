import { SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Settings, useSaveSettings } from '@/api';
import { knownZone, zoneLabel } from '@/lib/choices';
import { CurrencySelect, Section, showDone, ZoneSelect } from '@/ui';
import { Row } from './Row';

interface Props {
  settings: Settings;
  canStart: boolean;
}

export function General({ settings, canStart }: Props) {
  const { t } = useTranslation('settings');
  const id = useId();
  const { mutate } = useSaveSettings();
  const save = (change: Partial<Settings>, words?: string) =>
    mutate({ ...change, etag: settings.etag }, { onSuccess: () => words && showDone(words) });
  return (
    <Section title={t('general.title')}>
      <Row label={t('general.company')} words={t('general.companyWords')} htmlFor={`${id}company`}>
        <Company
          id={`${id}company`}
          company={settings.company}
          onSave={(company) => save({ company }, t('general.saved'))}
        />
      </Row>
      <Row label={t('general.zone')} words={t('general.zoneWords')} htmlFor={`${id}zone`}>
        <ZoneSelect
          id={`${id}zone`}
          value={settings.zone}
          none={t('general.zoneHere', { zone: zoneLabel(knownZone('')) })}
          onChange={(zone) => zone !== settings.zone && save({ zone }, t('general.saved'))}
        />
      </Row>
      <Row label={t('general.stockCurrency')} words={t('general.stockCurrencyWords')}>
        <CurrencySelect
          aria-label={t('general.stockCurrency')}
          none={t('general.stockCurrencyNone')}
          value={settings.stock_currency}
          onChange={(stock_currency) => stock_currency && save({ stock_currency }, t('general.saved'))}
        />
      </Row>
      <Row label={t('general.costMethod')} words={t('general.costMethodWords')}>
        <SegmentedControl
          aria-label={t('general.costMethod')}
          data={(['fifo', 'average'] as const).map((method) => ({
            value: method,
            label: t(`general.${method}`),
          }))}
          value={settings.cost_method}
          onChange={(cost_method) => save({ cost_method }, t('general.saved'))}
        />
      </Row>
      <Row label={t('general.theme')}>
        <SegmentedControl
          aria-label={t('general.theme')}
          data={(['system', 'light', 'dark'] as const).map((theme) => ({
            value: theme,
            label: t(`theme.${theme}`),
          }))}
          value={settings.theme}
          onChange={(theme) => save({ theme })}
        />
      </Row>
      <Row label={t('general.density')} words={t('general.densityWords')}>
        <SegmentedControl
          aria-label={t('general.density')}
          data={(['compact', 'normal'] as const).map((density) => ({
            value: density,
            label: t(`density.${density}`),
          }))}
          value={settings.density}
          onChange={(density) => save({ density })}
        />
      </Row>
      {canStart && (
        <Row label={t('general.login')} words={t('general.loginWords')} htmlFor={`${id}login`}>
          <Switch
            id={`${id}login`}
            checked={settings.start_at_login}
            onChange={(event) => save({ start_at_login: event.currentTarget.checked })}
          />
        </Row>
      )}
    </Section>
  );
}

interface CompanyProps {
  id: string;
  company: string;
  onSave: (company: string) => void;
}

/** Saved on Enter or when the field is left; Escape takes the typing back. */
function Company({ id, company, onSave }: CompanyProps) {
  const [text, setText] = useState(company);
  useEffect(() => setText(company), [company]);
  return (
    <TextInput
      id={id}
      value={text}
      maxLength={120}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text.trim() !== company && onSave(text.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setText(company);
      }}
    />
  );
}
