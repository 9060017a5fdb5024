import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocations, useMakeTransfer, type Variant } from '@/api';
import { useGo } from '@/lib/nav';
import { Dialog, ErrorLine, NoticeLine } from '@/ui';
import styles from './places.module.css';
import { SkuPick } from './SkuPick';

interface Line {
  key: number;
  variant: Variant | null;
  quantity: string;
}

const blank = (key: number): Line => ({ key, variant: null, quantity: '1' });

/** What is to go from where to where; sent at once, or kept as a draft. */
export function TransferForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('places');
  const go = useGo();
  const places = (useLocations().data ?? []).filter((each) => each.active && each.channel === null);
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [lines, setLines] = useState<Line[]>([blank(0)]);
  const make = useMakeTransfer();
  const put = (key: number, change: Partial<Line>) => {
    const next = lines.map((each) => (each.key === key ? { ...each, ...change } : each));
    const last = next.at(-1);
    setLines(last?.variant ? [...next, blank(last.key + 1)] : next);
  };
  const filled = lines.flatMap(({ variant, quantity }) =>
    variant ? [{ variant: variant.id, quantity: quantity.trim() }] : [],
  );
  const ready = from !== null && to !== null && from !== to && filled.length > 0;
  const submit = (send: boolean) => {
    if (!ready) return;
    make.mutate(
      { from, to, note, lines: filled, send },
      { onSuccess: ({ id }) => go(`/stock/transfers/${id}`) },
    );
  };
  return (
    <Dialog onClose={onClose} title={t('transfer.new')} size={600}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit(true);
        }}
      >
        {places.length < 2 && (
          <NoticeLine state="late" action={<a href="#/stock/locations">{t('location.add')}</a>}>
            {t('transfer.oneLocation')}
          </NoticeLine>
        )}
        <Group grow>
          <Select
            label={t('transfer.from')}
            data={places.map(({ name }) => name)}
            value={from}
            onChange={setFrom}
            data-autofocus
          />
          <Select
            label={t('transfer.to')}
            data={places.map(({ name }) => name).filter((name) => name !== from)}
            value={to}
            onChange={setTo}
          />
        </Group>
        {lines.map((line, at) => (
          <div key={line.key} className={styles.line}>
            <SkuPick
              label={t('product')}
              placeholder={t('findProduct')}
              value={line.variant}
              onChange={(variant) => put(line.key, { variant })}
            />
            <TextInput
              aria-label={t('quantity')}
              inputMode="decimal"
              value={line.quantity}
              onChange={(event) => put(line.key, { quantity: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('remove')}
              disabled={at === lines.length - 1}
              onClick={() => setLines(lines.filter(({ key }) => key !== line.key))}
            >
              <IconX size={15} />
            </ActionIcon>
          </div>
        ))}
        <TextInput label={t('note')} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <ErrorLine error={make.error} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" disabled={!ready} onClick={() => submit(false)}>
            {t('transfer.keep')}
          </Button>
          <Button type="submit" disabled={!ready} loading={make.isPending}>
            {t('transfer.send')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
