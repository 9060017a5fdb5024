import { ActionIcon, Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Kit, useDefineKit, type Variant } from '@/api';
import { useGo } from '@/lib/nav';
import { Confirm, ErrorLine, showDone } from '@/ui';
import styles from './buying.module.css';
import { VariantPick } from './VariantPick';
import { typed } from './words';

type Named = Pick<Variant, 'id' | 'sku' | 'title'>;
interface Part {
  key: number;
  variant: Named | null;
  quantity: string;
}
let made = 0;
const empty = (variant: Named | null = null, quantity = '1'): Part => {
  made += 1;
  return { key: made, variant, quantity };
};

/** Chooses which product is to be a kit. */
export function NewKit({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('buying');
  const go = useGo();
  const [variant, setVariant] = useState<Named | null>(null);
  return (
    <Confirm
      title={t('kit.new')}
      action={t('kit.next')}
      disabled={variant === null}
      onClose={onClose}
      onConfirm={() => variant && go(`/kits/${variant.id}`)}
    >
      <VariantPick
        label={t('kit.which')}
        placeholder={t('line.find')}
        chosen={variant}
        autoFocus
        onPick={setVariant}
      />
    </Confirm>
  );
}

/** What one piece consists of from now on: the next version. What was ordered before keeps the one before. */
export function KitDialog({ kit, onClose }: { kit: Kit; onClose: () => void }) {
  const { t } = useTranslation('buying');
  const [kind, setKind] = useState<'virtual' | 'assembled'>(
    kit.kind === 'assembled' ? 'assembled' : 'virtual',
  );
  const [parts, setParts] = useState<Part[]>(() =>
    kit.parts.length > 0
      ? kit.parts.map((part) =>
          empty({ id: part.variant, sku: part.sku, title: part.title }, String(part.quantity)),
        )
      : [empty()],
  );
  const define = useDefineKit();
  const put = (key: number, change: Partial<Part>) =>
    setParts(parts.map((part) => (part.key === key ? { ...part, ...change } : part)));
  const components = parts.flatMap(({ variant, quantity }) =>
    variant ? [{ variant: variant.id, quantity: typed(quantity) }] : [],
  );
  return (
    <Confirm
      title={t('kit.define', { name: kit.sku || kit.title })}
      action={components.length === 0 ? t('kit.end') : t('save')}
      busy={define.isPending}
      disabled={components.length === 0 && kit.kind === 'none'}
      onClose={onClose}
      onConfirm={() =>
        define.mutate(
          { id: kit.variant, kind, components },
          {
            onSuccess: () => {
              onClose();
              showDone(t('saved'));
            },
          },
        )
      }
    >
      <div className={styles.form}>
        <SegmentedControl
          aria-label={t('column.kind')}
          data={(['virtual', 'assembled'] as const).map((each) => ({
            value: each,
            label: t(`kit.kind.${each}`),
          }))}
          value={kind}
          onChange={(next) => setKind(next as 'virtual' | 'assembled')}
        />
        <p className="soft">{t(`kit.words.${kind}`)}</p>
        {parts.map((part) => (
          <div key={part.key} className={styles.bar} style={{ margin: 0, flexWrap: 'nowrap' }}>
            <TextInput
              aria-label={t('column.quantity')}
              w={72}
              inputMode="decimal"
              value={part.quantity}
              onChange={(event) => put(part.key, { quantity: event.currentTarget.value })}
            />
            <div style={{ flex: 1 }}>
              <VariantPick
                label={t('column.item')}
                quiet
                placeholder={t('line.find')}
                chosen={part.variant}
                without={[
                  kit.variant,
                  ...parts.flatMap((other) => (other !== part && other.variant ? [other.variant.id] : [])),
                ]}
                onPick={(variant) => put(part.key, { variant })}
              />
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('line.remove')}
              onClick={() => setParts(parts.filter(({ key }) => key !== part.key))}
            >
              <IconX size={16} />
            </ActionIcon>
          </div>
        ))}
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: 'start' }}
          onClick={() => setParts([...parts, empty()])}
        >
          {t('kit.add')}
        </Button>
        {kit.kind !== 'none' && <p className="soft">{t('kit.versionWords')}</p>}
        <ErrorLine error={define.error} />
      </div>
    </Confirm>
  );
}
