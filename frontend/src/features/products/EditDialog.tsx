import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Product, type ProductChange, useChangeProduct, useUndoRun } from '@/api';
import { Dialog, showDone } from '@/ui';
import styles from './products.module.css';
import { nameOf } from './words';

const own = [
  'sku',
  'gtin',
  'title',
  'price',
  'cost',
  'compare_at_price',
  'currency',
  'weight_grams',
] as const;
const shared = ['title', 'vendor', 'type', 'tags'] as const;
const statuses = ['active', 'draft', 'archived'] as const;
type Values = Record<string, string>;

const optionFields = [1, 2, 3].flatMap((n) => [`option${n}.name`, `option${n}.value`]);

/** All that can be changed, as texts by name. */
function valuesOf(product: Product): Values {
  const values: Values = {};
  for (const field of own) values[field] = product[field] ?? '';
  for (const field of shared) values[`product.${field}`] = product.product[field] ?? '';
  values['product.status'] = product.product.status ?? '';
  for (const field of optionFields) values[field] = '';
  product.options.forEach((option, i) => {
    values[`option${i + 1}.name`] = option.name;
    values[`option${i + 1}.value`] = option.value;
  });
  return values;
}

/** What differs, in the shape of the API. */
function changeOf(before: Values, after: Values): ProductChange {
  const change: ProductChange = {};
  const differs = (field: string) => before[field] !== after[field];
  for (const field of own) if (differs(field)) change[field] = after[field]?.trim();
  const product: NonNullable<ProductChange['product']> = {};
  for (const field of shared) {
    if (differs(`product.${field}`)) product[field] = after[`product.${field}`]?.trim();
  }
  if (differs('product.status')) product.status = after['product.status'] as 'active';
  if (Object.keys(product).length > 0) change.product = product;
  if (optionFields.some(differs)) {
    change.options = [1, 2, 3]
      .map((n) => ({ name: after[`option${n}.name`] ?? '', value: after[`option${n}.value`] ?? '' }))
      .filter(({ value }) => value !== '');
  }
  return change;
}

/** Changes a variant and its product at once; what was changed can be taken back. */
export function EditDialog({ product, onClose }: { product: Product; onClose: () => void }) {
  const { t } = useTranslation('products');
  const before = valuesOf(product);
  const [values, setValues] = useState(before);
  const save = useChangeProduct();
  const undo = useUndoRun();
  const change = changeOf(before, values);
  const problem = save.error instanceof ApiError ? save.error.problem : null;
  const field = (name: string, label: string, mono = false) => (
    <TextInput
      key={name}
      label={label}
      value={values[name]}
      data-autofocus={name === 'title' || undefined}
      classNames={mono ? { input: 'mono' } : undefined}
      error={problem?.field === name ? `${problem.detail} ${problem.remedy}` : undefined}
      onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
    />
  );
  return (
    <Dialog onClose={onClose} title={t('editTitle', { name: nameOf(product) })} size={640}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(
            { id: product.id, etag: product.etag, ...change },
            {
              onSuccess: ({ run }) => {
                onClose();
                showDone(
                  t('saved', { name: nameOf(product) }),
                  run === null ? undefined : () => undo.mutate(run),
                );
              },
            },
          );
        }}
      >
        <h3 className={styles.group}>{t('ofVariant')}</h3>
        <div className={styles.fields}>
          {own.map((name) => field(name, t(`field.${name}`), name === 'sku' || name === 'gtin'))}
          {optionFields.map((name, i) =>
            field(name, i % 2 === 0 ? t('field.optionName', { n: i / 2 + 1 }) : t('field.optionValue')),
          )}
        </div>
        <h3 className={styles.group}>{t('ofProduct')}</h3>
        <div className={styles.fields}>
          {shared.map((name) =>
            field(`product.${name}`, name === 'title' ? t('field.product_title') : t(`field.${name}`)),
          )}
          <Select
            label={t('field.status')}
            data={[
              { value: '', label: t('status.none') },
              ...statuses.map((value) => ({ value, label: t(`status.${value}`) })),
            ]}
            value={values['product.status'] ?? ''}
            allowDeselect={false}
            onChange={(next) => setValues({ ...values, 'product.status': next ?? '' })}
          />
        </div>
        <Group justify="flex-end" mt="lg">
          <Button type="submit" disabled={Object.keys(change).length === 0} loading={save.isPending}>
            {t('save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
