import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Id, useLinkListing, useUnlinkListing, useVariants, type Variant } from '@/api';
import { showDone } from '@/ui';
import styles from './LinkForm.module.css';

interface Props {
  listing: Id;
  sku: string;
  title: string;
  suggestion: Variant | null;
  onDone: () => void;
}

/** Finds the product by SKU first; typing looks for another, and a new one is one click away. */
export function LinkForm({ listing, sku, title, suggestion, onDone }: Props) {
  const { t } = useTranslation('orders');
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const found = useVariants(asked || sku || title).data ?? [];
  const link = useLinkListing();
  const unlink = useUnlinkListing();
  const exact = found.find((variant) => variant.sku.toLowerCase() === sku.toLowerCase());
  const best = suggestion ?? (asked ? null : (exact ?? null));
  const others = found.filter((variant) => variant.id !== best?.id).slice(0, 8);
  const done = (words: string) => ({
    onSuccess: () => {
      onDone();
      showDone(words, () => unlink.mutate(listing));
    },
  });
  const take = (variant: Variant) =>
    link.mutate({ id: listing, variant: variant.id }, done(t('link.done', { sku: variant.sku })));
  const create = { sku: sku || asked, title };
  return (
    <div className={styles.form}>
      <p className={styles.what}>
        {sku && <span className="mono">{sku}</span>} <bdi>{title}</bdi>
      </p>
      {best && <Choice variant={best} suggested busy={link.isPending} onTake={() => take(best)} />}
      <TextInput
        label={t('link.choose')}
        placeholder={t('link.find')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      {others.length > 0 && (
        <div className={styles.list}>
          {others.map((variant) => (
            <Choice key={variant.id} variant={variant} busy={link.isPending} onTake={() => take(variant)} />
          ))}
        </div>
      )}
      {!exact && create.sku && (
        <Button
          variant={best ? 'default' : 'filled'}
          onClick={() => link.mutate({ id: listing, create }, done(t('link.created', { sku: create.sku })))}
        >
          {t('link.create', { sku: create.sku })}
        </Button>
      )}
    </div>
  );
}

interface ChoiceProps {
  variant: Variant;
  suggested?: boolean;
  busy: boolean;
  onTake: () => void;
}

function Choice({ variant, suggested = false, busy, onTake }: ChoiceProps) {
  const { t } = useTranslation('orders');
  return (
    <div className={styles.choice}>
      <span className="mono">{variant.sku}</span>
      <bdi className="ellipsis">{variant.title}</bdi>
      {suggested && <span className="meta">{t('link.suggested')}</span>}
      <Button size="compact-sm" variant={suggested ? 'filled' : 'default'} disabled={busy} onClick={onTake}>
        {t('line.link')}
      </Button>
    </div>
  );
}
