import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Product, useMerge, useMergePlan, useUndoRun, useVariants, type Variant } from '@/api';
import { useGo } from '@/lib/nav';
import { Confirm, ErrorState, NoticeLine, showDone } from '@/ui';
import styles from './products.module.css';
import { nameOf } from './words';

/** Makes a variant a part of another: what would follow is said before it is done. */
export function MergeDialog({ product, onClose }: { product: Product; onClose: () => void }) {
  const { t } = useTranslation('products');
  const go = useGo();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const [into, setInto] = useState<Variant | null>(null);
  const found = (useVariants(asked, asked !== '').data ?? []).filter(({ id }) => id !== product.id);
  const plan = useMergePlan(product.id, into?.id ?? null);
  const merge = useMerge();
  const undo = useUndoRun();
  const name = nameOf(product);
  const refused = plan.data?.refused ?? null;
  return (
    <Confirm
      title={t('mergeTitle', { name })}
      action={t('mergeGo')}
      busy={merge.isPending}
      disabled={into === null || !plan.data || refused !== null}
      onClose={onClose}
      onConfirm={() =>
        into &&
        merge.mutate(
          { id: product.id, into: into.id },
          {
            onSuccess: ({ run }) => {
              onClose();
              go(`/products/${into.id}`);
              showDone(
                t('mergeDone', { name, into: into.sku || into.title }),
                run === null ? undefined : () => undo.mutate(run),
              );
            },
          },
        )
      }
    >
      <TextInput
        label={t('mergeFind')}
        placeholder={t('mergeHint')}
        value={text}
        data-autofocus
        onChange={(event) => {
          setText(event.currentTarget.value);
          setInto(null);
        }}
      />
      {into === null &&
        asked !== '' &&
        found.slice(0, 8).map((variant) => (
          <button
            key={variant.id}
            type="button"
            className={styles.found}
            onClick={() => {
              setInto(variant);
              setText(variant.sku || variant.title);
            }}
          >
            <bdi className="mono">{variant.sku}</bdi>
            <bdi className="clip">{variant.title}</bdi>
          </button>
        ))}
      {plan.error && <ErrorState error={plan.error} onRetry={() => void plan.refetch()} />}
      {into && plan.data && refused !== null && (
        <NoticeLine state="needs_you">
          {refused} {plan.data.remedy}
        </NoticeLine>
      )}
      {into && plan.data && refused === null && (
        <p>
          {t('mergeMoves', {
            name,
            into: into.sku || into.title,
            listings: t('listings', { count: plan.data.listings }),
            orders: t('orders', { count: plan.data.orders }),
          })}{' '}
          {plan.data.takes.length > 0 &&
            t('mergeTakes', {
              name,
              into: into.sku || into.title,
              what: plan.data.takes.map(({ field, value }) => `${field} ${value}`).join(', '),
            })}{' '}
          {t('mergeBack')}
        </p>
      )}
    </Confirm>
  );
}
