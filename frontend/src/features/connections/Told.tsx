import { Checkbox, NumberInput, Radio, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Connection, type ConnectionDraft, type Connector, useSaveConnection } from '@/api';
import { Section, showDone } from '@/ui';
import styles from './connections.module.css';

interface Props {
  connection: Connection;
  connector: Connector;
}

/** How many changes "large" means until somebody says otherwise. */
const largeFrom = 50;

/** When something is sent without asking, and what; each choice is kept at once. */
export function Told({ connection, connector }: Props) {
  const { t } = useTranslation('connections');
  const save = useSaveConnection();
  const { id, name } = connection;
  const keep = (draft: ConnectionDraft, words: string) =>
    save.mutate({ id, ...draft }, { onSuccess: () => showDone(words) });
  return (
    <div className={styles.pair}>
      <Section title={t('rule.title')}>
        <Rule
          connection={connection}
          busy={save.isPending}
          onKeep={(draft) => keep(draft, t('rule.kept', { name }))}
        />
      </Section>
      {connector.kind === 'ledger' ? (
        <p className={styles.plain}>
          <a href={`#/books/mapping?c=${id}`}>{t('told.books')}</a>
        </p>
      ) : (
        <Section title={t('told.title', { name })}>
          <What
            connection={connection}
            connector={connector}
            onKeep={(options) => keep({ options }, t('told.kept', { name }))}
          />
        </Section>
      )}
    </div>
  );
}

function Rule({
  connection,
  busy,
  onKeep,
}: {
  connection: Connection;
  busy: boolean;
  onKeep: (draft: ConnectionDraft) => void;
}) {
  const { t } = useTranslation('connections');
  const { approval } = connection;
  const [size, setSize] = useState<number | string>(connection.approval_size || largeFrom);
  const keepSize = () => {
    const next = Number(size);
    if (approval === 'large' && next > 0 && next !== connection.approval_size)
      onKeep({ approval: 'large', approval_size: next });
  };
  return (
    <Radio.Group
      aria-label={t('rule.title')}
      value={approval}
      onChange={(next) =>
        onKeep({
          approval: next as Connection['approval'],
          approval_size: next === 'large' ? Number(size) || largeFrom : connection.approval_size,
        })
      }
    >
      <Stack gap={10}>
        <Radio value="ask" disabled={busy} label={t('rule.ask')} description={t('rule.askWords')} />
        <Radio value="large" disabled={busy} label={t('rule.large')} description={t('rule.largeWords')} />
        {approval === 'large' && (
          <NumberInput
            label={t('rule.size')}
            value={size}
            min={1}
            max={100_000}
            allowDecimal={false}
            w={150}
            ml={28}
            onChange={setSize}
            onBlur={keepSize}
            onKeyDown={(event) => event.key === 'Enter' && keepSize()}
          />
        )}
        <Radio
          value="automatic"
          disabled={busy}
          label={t('rule.automatic')}
          description={t('rule.automaticWords')}
        />
      </Stack>
    </Radio.Group>
  );
}

const told = [
  { operation: 'stock.set', option: 'push_stock', key: 'stock', otherwise: 'yes' },
  { operation: 'price.set', option: 'push_price', key: 'price', otherwise: 'no' },
  { operation: 'order.ship', option: 'push_tracking', key: 'tracking', otherwise: 'yes' },
] as const;

interface WhatProps extends Props {
  onKeep: (options: Record<string, string>) => void;
}

function What({ connection, connector, onKeep }: WhatProps) {
  const { t } = useTranslation('connections');
  const { options, account } = connection;
  const may = (operation: string) => account.rights.length === 0 || account.rights.includes(operation);
  const offered = told.flatMap((each) => {
    const write = connector.writes.find(({ operation }) => operation === each.operation);
    return write ? [{ ...each, note: write.note }] : [];
  });
  const places = account.places.map(({ value, label }) => ({ value, label }));
  const place = options.push_location ?? '';
  return (
    <Stack gap={12}>
      {offered.map(({ operation, option, key, otherwise, note }) => (
        <Checkbox
          key={option}
          label={t(`told.${key}`)}
          description={
            may(operation) ? [t(`told.${key}Words`), note].filter(Boolean).join(' ') : t('told.mayNot')
          }
          disabled={!may(operation)}
          checked={may(operation) && (options[option] || otherwise) === 'yes'}
          onChange={(event) => onKeep({ [option]: event.currentTarget.checked ? 'yes' : 'no' })}
        />
      ))}
      {places.length > 1 && (
        <Select
          label={t('told.place')}
          description={t('told.placeWords')}
          placeholder={t('form.choose')}
          data={places}
          value={place || null}
          clearable
          onChange={(next) => onKeep({ push_location: next ?? '' })}
        />
      )}
    </Stack>
  );
}
