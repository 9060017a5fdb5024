import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CountRow, type Stocktake, useCountRows, useNameRow, useRemoveRow, type Variant } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { Awaited, PlainTable, showDone, When } from '@/ui';
import styles from './places.module.css';
import { SkuPick } from './SkuPick';

/** Codes that nobody knows, each to be named or removed; naming one names all of the same code. */
export function Unknown({ stocktake }: { stocktake: Stocktake }) {
  const { t } = useTranslation('places');
  const list = useCountRows(stocktake.id, true);
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  if (!list.data) return <Awaited query={list} />;
  if (rows.length === 0) return <p className={styles.lead}>{t('stocktake.allKnown')}</p>;
  return (
    <>
      <p className={styles.lead}>{t('stocktake.unknownWords')}</p>
      <PlainTable inputs={stocktake.state === 'open'}>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} stocktake={stocktake} />
          ))}
        </tbody>
      </PlainTable>
    </>
  );
}

function Row({ row, stocktake }: { row: CountRow; stocktake: Stocktake }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const name = useNameRow();
  const remove = useRemoveRow();
  const [variant, setVariant] = useState<Variant | null>(null);
  const take = (chosen: Variant | null) => {
    setVariant(chosen);
    if (!chosen) return;
    name.mutate(
      { id: stocktake.id, row: row.id, variant: chosen.id },
      { onSuccess: () => showDone(t('stocktake.named', { code: row.code, sku: chosen.sku })) },
    );
  };
  return (
    <tr>
      <td>
        <bdi className="mono">{row.code}</bdi>
      </td>
      <td data-number>{formatQuantity(String(row.quantity), language)}</td>
      <td>
        <When at={row.at ?? ''} /> <bdi className="soft">{row.counter}</bdi>
      </td>
      {stocktake.state === 'open' && (
        <>
          <td>
            <SkuPick
              label={t('stocktake.whatIs', { code: row.code })}
              placeholder={t('findProduct')}
              value={variant}
              onChange={take}
            />
          </td>
          <td data-number>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => remove.mutate({ id: stocktake.id, row: row.id })}
            >
              {t('remove')}
            </Button>
          </td>
        </>
      )}
    </tr>
  );
}
