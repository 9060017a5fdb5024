import { ActionIcon, Button, NumberInput, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Purchase, useChangePurchase, useSupplierItems, type Variant } from '@/api';
import { ErrorLine, Money, PlainTable, Section, showDone } from '@/ui';
import styles from './buying.module.css';
import { VariantPick } from './VariantPick';
import { typed } from './words';

interface Row {
  key: number;
  variant: Pick<Variant, 'id' | 'sku' | 'title'> | null;
  packs: string;
  pack: string;
  price: string;
  code: string;
  reason: string;
}

let made = 0;
const empty = (): Row => {
  made += 1;
  return { key: made, variant: null, packs: '1', pack: '1', price: '', code: '', reason: '' };
};

const rowsOf = (purchase: Purchase): Row[] =>
  purchase.lines.map((line) => ({
    ...empty(),
    variant: { id: line.variant, sku: line.sku, title: line.title },
    packs: String(line.packs ?? line.quantity),
    pack: String(line.packs === null ? 1 : line.pack),
    price: line.price === null ? '' : String(line.price),
    code: line.code ?? '',
    reason: line.reason ?? '',
  }));

/** The lines of a draft, written in place: a product, so many packs, the price of one. */
export function DraftLines({ purchase }: { purchase: Purchase }) {
  const { t } = useTranslation('buying');
  const [rows, setRows] = useState<Row[]>(() => {
    const kept = rowsOf(purchase);
    return kept.length > 0 ? kept : [empty()];
  });
  const items = useSupplierItems(purchase.supplier);
  const save = useChangePurchase();
  const put = (key: number, change: Partial<Row>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  const pick = (row: Row, variant: Variant) => {
    const item = items.data?.find((each) => each.variant === variant.id);
    put(row.key, {
      variant,
      ...(item && {
        pack: String(item.pack),
        packs: String(Math.max(Number(row.packs) || 1, item.least_packs)),
        price: item.price === null ? '' : String(item.price),
        code: item.code ?? '',
      }),
    });
  };
  const wanted = rows.flatMap((row) =>
    row.variant
      ? [
          {
            variant: row.variant.id,
            packs: Number(row.packs) || 0,
            pack: typed(row.pack),
            price: typed(row.price),
            code: row.code,
            reason: row.reason,
          },
        ]
      : [],
  );
  const changed =
    JSON.stringify(rows.map(({ key, ...rest }) => rest)) !==
    JSON.stringify(rowsOf(purchase).map(({ key, ...rest }) => rest));
  const proposed = rows.some(({ reason }) => reason !== '');
  const store = () =>
    save.mutate(
      { id: purchase.id, etag: purchase.etag, lines: wanted },
      { onSuccess: () => showDone(t('saved')) },
    );
  return (
    <Section title={t('lines')}>
      {items.error && <ErrorLine error={items.error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          store();
        }}
      >
        <PlainTable
          inputs
          heads={[
            t('column.item'),
            t('column.packs'),
            t('column.pack'),
            t('column.packPrice'),
            { label: t('column.total'), number: true },
            ...(proposed ? [t('column.why')] : []),
            { label: t('line.remove'), silent: true },
          ]}
        >
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <td style={{ minWidth: 220 }}>
                  <VariantPick
                    label={t('column.item')}
                    quiet
                    placeholder={t('line.find')}
                    chosen={row.variant}
                    without={rows.flatMap((other) =>
                      other !== row && other.variant ? [other.variant.id] : [],
                    )}
                    onPick={(variant) => pick(row, variant)}
                  />
                </td>
                <td>
                  <NumberInput
                    aria-label={t('column.packs')}
                    w={84}
                    min={1}
                    allowDecimal={false}
                    value={row.packs}
                    onChange={(value) => put(row.key, { packs: String(value) })}
                  />
                </td>
                <td>
                  <TextInput
                    aria-label={t('column.pack')}
                    w={84}
                    inputMode="decimal"
                    value={row.pack}
                    onChange={(event) => put(row.key, { pack: event.currentTarget.value })}
                  />
                </td>
                <td>
                  <TextInput
                    aria-label={t('column.packPrice')}
                    w={100}
                    inputMode="decimal"
                    value={row.price}
                    onChange={(event) => put(row.key, { price: event.currentTarget.value })}
                  />
                </td>
                <td data-number>
                  {!changed && (
                    <Money
                      amount={
                        purchase.lines.find(({ variant }) => variant === row.variant?.id)?.total ?? null
                      }
                      currency={purchase.currency}
                      bare
                    />
                  )}
                </td>
                {proposed && <td className={styles.why}>{row.reason}</td>}
                <td>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('line.remove')}
                    onClick={() => setRows(rows.filter(({ key }) => key !== row.key))}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
        <ErrorLine error={save.error} />
        <p className={styles.below}>
          <Button variant="default" onClick={() => setRows([...rows, empty()])}>
            {t('line.add')}
          </Button>
          {changed && (
            <Button type="submit" variant="light" loading={save.isPending}>
              {t('line.save')}
            </Button>
          )}
          {changed && <span className="soft">{t('line.unsaved')}</span>}
        </p>
      </form>
    </Section>
  );
}
