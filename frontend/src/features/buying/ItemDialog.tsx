import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Supplier, type SupplierItem, useSetSupplierItem, type Variant } from '@/api';
import { Confirm, ErrorLine, showDone } from '@/ui';
import styles from './buying.module.css';
import { VariantPick } from './VariantPick';
import { typed } from './words';

interface Props {
  supplier: Supplier;
  item?: SupplierItem;
  onClose: () => void;
}

/** How a supplier sells a product: its code there, the pack, the price of one. */
export function ItemDialog({ supplier, item, onClose }: Props) {
  const { t } = useTranslation('buying');
  const [variant, setVariant] = useState<Pick<Variant, 'id' | 'sku' | 'title'> | null>(
    item ? { id: item.variant, sku: item.sku, title: item.title } : null,
  );
  const [code, setCode] = useState(item?.code ?? '');
  const [pack, setPack] = useState(String(item?.pack ?? 1));
  const [price, setPrice] = useState(item?.price == null ? '' : String(item.price));
  const [least, setLeast] = useState<number | string>(item?.least_packs ?? 1);
  const [preferred, setPreferred] = useState(item?.preferred ?? false);
  const save = useSetSupplierItem();
  return (
    <Confirm
      title={t('item.title', { name: supplier.name })}
      action={t('save')}
      busy={save.isPending}
      disabled={variant === null}
      onClose={onClose}
      onConfirm={() =>
        variant &&
        save.mutate(
          {
            supplier: supplier.id,
            variant: variant.id,
            code,
            pack: typed(pack),
            price: typed(price),
            least_packs: Number(least) || 1,
            preferred,
          },
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
        {item ? (
          <p>
            <bdi className="mono">{item.sku}</bdi> <bdi className="soft">{item.title}</bdi>
          </p>
        ) : (
          <VariantPick
            label={t('column.item')}
            placeholder={t('line.find')}
            chosen={variant}
            autoFocus
            onPick={setVariant}
          />
        )}
        <TextInput
          label={t('item.code')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <div className={styles.pair}>
          <TextInput
            label={t('column.pack')}
            inputMode="decimal"
            value={pack}
            onChange={(event) => setPack(event.currentTarget.value)}
          />
          <TextInput
            label={t('item.price', { currency: supplier.currency })}
            inputMode="decimal"
            value={price}
            onChange={(event) => setPrice(event.currentTarget.value)}
          />
        </div>
        <NumberInput label={t('item.least')} min={1} allowDecimal={false} value={least} onChange={setLeast} />
        <Checkbox
          label={t('item.preferred')}
          checked={preferred}
          onChange={(event) => setPreferred(event.currentTarget.checked)}
        />
        <ErrorLine error={save.error} />
      </div>
    </Confirm>
  );
}
