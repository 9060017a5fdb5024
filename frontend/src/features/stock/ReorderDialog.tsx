import { Button, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ReorderRule, useLocations, useRemoveReorderRule, useSetReorderRule } from '@/api';
import { Confirm, ErrorLine, showDone } from '@/ui';
import styles from './stock.module.css';

interface Props {
  variant: string;
  rule: ReorderRule | null;
  onClose: () => void;
}

/** When it is to be ordered again at a location: by numbers, or by how fast it sells. */
export function ReorderDialog({ variant, rule, onClose }: Props) {
  const { t } = useTranslation('stock');
  const places = (useLocations().data ?? []).filter(({ channel }) => channel === null);
  const [location, setLocation] = useState(rule?.location ?? null);
  const [kind, setKind] = useState<'fixed' | 'speed'>(rule?.kind ?? 'fixed');
  const [least, setLeast] = useState(rule?.kind === 'fixed' ? String(rule.least) : '');
  const [most, setMost] = useState(rule?.kind === 'fixed' ? String(rule.most) : '');
  const [safety, setSafety] = useState<number | string>(rule?.kind === 'speed' ? rule.safety_days : 5);
  const [cover, setCover] = useState<number | string>(rule?.kind === 'speed' ? rule.cover_days : 30);
  const save = useSetReorderRule();
  const remove = useRemoveReorderRule();
  return (
    <Confirm
      title={t('buying.rule')}
      action={t('dialog.save')}
      busy={save.isPending}
      onClose={onClose}
      onConfirm={() =>
        save.mutate(
          {
            variant,
            location: location ?? places[0]?.id ?? '',
            kind,
            least: kind === 'fixed' ? least.trim() : '',
            most: kind === 'fixed' ? most.trim() : '',
            safety_days: kind === 'speed' ? Number(safety) || 0 : 0,
            cover_days: kind === 'speed' ? Number(cover) || 0 : 0,
          },
          {
            onSuccess: () => {
              onClose();
              showDone(t('buying.saved'));
            },
          },
        )
      }
    >
      <div className={styles.form}>
        {places.length > 1 && (
          <Select
            label={t('dialog.location')}
            data={places.map(({ id, name }) => ({ value: id, label: name }))}
            value={location ?? places[0]?.id ?? null}
            onChange={setLocation}
            disabled={rule !== null}
            allowDeselect={false}
          />
        )}
        <SegmentedControl
          aria-label={t('buying.rule')}
          data={[
            { value: 'fixed', label: t('buying.kindFixed') },
            { value: 'speed', label: t('buying.kindSpeed') },
          ]}
          value={kind}
          onChange={(next) => setKind(next as 'fixed' | 'speed')}
        />
        {kind === 'fixed' ? (
          <>
            <TextInput
              label={t('buying.least')}
              inputMode="decimal"
              value={least}
              onChange={(event) => setLeast(event.currentTarget.value)}
              data-autofocus
            />
            <TextInput
              label={t('buying.most')}
              inputMode="decimal"
              value={most}
              onChange={(event) => setMost(event.currentTarget.value)}
            />
          </>
        ) : (
          <>
            <p className={styles.soft}>{t('buying.speedWords')}</p>
            <NumberInput label={t('buying.safety')} min={0} value={safety} onChange={setSafety} />
            <NumberInput label={t('buying.cover')} min={1} value={cover} onChange={setCover} />
          </>
        )}
        {rule && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            style={{ alignSelf: 'start' }}
            onClick={() =>
              remove.mutate(
                { variant, location: rule.location },
                {
                  onSuccess: () => {
                    onClose();
                    showDone(t('buying.removed'));
                  },
                },
              )
            }
          >
            {t('buying.remove')}
          </Button>
        )}
        <ErrorLine error={save.error} />
      </div>
    </Confirm>
  );
}
