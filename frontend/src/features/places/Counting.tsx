import { Button, Group, TextInput } from '@mantine/core';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type CountRow,
  type Stocktake,
  useCountCode,
  useCountRows,
  useImportCounts,
  useRemoveRow,
} from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href } from '@/lib/nav';
import { useKept } from '@/lib/pageState';
import { ErrorLine, PlainTable, ProductName, Section, showDone, When, wordsOf } from '@/ui';
import { sound } from './beep';
import styles from './places.module.css';

interface Answer {
  state: 'fine' | 'unknown' | 'failed';
  code: string;
  words: string;
}

/**
 * Counting with a scanner that types: each code ends with Enter and counts one, or as many as stand beside it. What nobody
 * knows sounds and shows different, and is kept.
 */
export function Counting({ stocktake }: { stocktake: Stocktake }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const [counter, setCounter] = useKept('stocktake.counter', '');
  const [quantity, setQuantity] = useState('1');
  const [code, setCode] = useState('');
  const [answer, setAnswer] = useState<Answer | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const count = useCountCode();
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const take = (scanned: string, many: string) => {
    setCode('');
    setQuantity('1');
    field.current?.focus();
    // A scanner is faster than an answer: codes wait for each other, and none is dropped.
    queue.current = queue.current.then(() =>
      count
        .mutateAsync({ id: stocktake.id, code: scanned, quantity: many, counter })
        .then(({ line }) => {
          sound(line ? 'fine' : 'unknown');
          setAnswer({
            state: line ? 'fine' : 'unknown',
            code: line?.sku || scanned,
            words: line
              ? t('stocktake.soFar', {
                  number: formatQuantity(String(line.counted), language),
                  title: line.title,
                })
              : t('stocktake.nobodyKnows'),
          });
        })
        .catch((error: unknown) => {
          sound('unknown');
          setAnswer({
            state: 'failed',
            code: scanned,
            words: Object.values(wordsOf(error, t('failed'))).join(' '),
          });
        }),
    );
  };
  return (
    <>
      <form
        className={styles.scan}
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim() !== '') take(code.trim(), quantity.trim() || '1');
        }}
      >
        <TextInput
          ref={field}
          label={t('stocktake.scan')}
          description={t('stocktake.scanWords')}
          className={styles.code}
          size="md"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoFocus
          autoComplete="off"
          spellCheck={false}
        />
        <TextInput
          label={t('quantity')}
          description={t('stocktake.quantityWords')}
          size="md"
          w={110}
          inputMode="decimal"
          value={quantity}
          onChange={(event) => setQuantity(event.currentTarget.value)}
        />
        <TextInput
          label={t('stocktake.counter')}
          description={t('stocktake.counterWords')}
          size="md"
          w={170}
          value={counter}
          onChange={(event) => setCounter(event.currentTarget.value)}
        />
        <Button type="submit" size="md" disabled={code.trim() === ''}>
          {t('stocktake.countOne')}
        </Button>
      </form>
      <div className={styles.answer} data-state={answer?.state} role="status" aria-live="polite">
        {answer && (
          <>
            <bdi className="mono">{answer.code}</bdi> <span>{answer.words}</span>
          </>
        )}
      </div>
      <FromFile stocktake={stocktake} counter={counter} />
      <Rows stocktake={stocktake} />
    </>
  );
}

/** A sheet that was filled in, dropped or chosen. */
function FromFile({ stocktake, counter }: { stocktake: Stocktake; counter: string }) {
  const { t } = useTranslation('places');
  const take = useImportCounts();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const bring = (file: File | undefined) => {
    if (!file) return;
    take.mutate(
      { id: stocktake.id, file, counter },
      { onSuccess: ({ rows }) => showDone(t('stocktake.broughtIn', { count: rows })) },
    );
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    bring(event.dataTransfer.files[0]);
  };
  return (
    <section
      className={styles.drop}
      data-over={over || undefined}
      aria-label={t('stocktake.file')}
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.xlsx"
        onChange={(event) => {
          bring(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <Group gap={8}>
        <Button
          size="compact-sm"
          variant="default"
          loading={take.isPending}
          onClick={() => input.current?.click()}
        >
          {t('stocktake.file')}
        </Button>
        <span className="soft">{t('stocktake.fileWords')}</span>
      </Group>
      <ErrorLine error={take.error} />
    </section>
  );
}

/** What was counted, newest first, by whom; a row that was a mistake goes. */
function Rows({ stocktake }: { stocktake: Stocktake }) {
  const { t } = useTranslation('places');
  const list = useCountRows(stocktake.id, false);
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  if (rows.length === 0) return <p className="soft">{t('stocktake.nothingYet')}</p>;
  return (
    <Section title={t('stocktake.rows')}>
      <PlainTable>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} stocktake={stocktake} />
          ))}
        </tbody>
      </PlainTable>
      {list.hasNextPage && (
        <Button
          mt={8}
          size="compact-sm"
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('older')}
        </Button>
      )}
    </Section>
  );
}

function Row({ row, stocktake }: { row: CountRow; stocktake: Stocktake }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const remove = useRemoveRow();
  return (
    <tr>
      <td>
        <When at={row.at ?? ''} />
      </td>
      <td>
        {row.variant ? (
          <ProductName {...row} href={href(`/stock/${row.variant}`)} />
        ) : (
          <>
            <bdi className="mono">{row.code}</bdi> <span className="soft">{t('stocktake.nobodyKnows')}</span>
          </>
        )}
      </td>
      <td>
        <bdi className="soft">{row.counter || (row.file && t('stocktake.byFile'))}</bdi>
      </td>
      <td data-number>{formatQuantity(String(row.quantity), language)}</td>
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
    </tr>
  );
}
