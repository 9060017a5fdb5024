import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Transfer, useStepTransfer, useTransfer, useUndoRun } from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href, useGo } from '@/lib/nav';
import {
  Awaited,
  Confirm,
  Dialog,
  ErrorLine,
  NoticeLine,
  Page,
  PlainTable,
  ProductName,
  Section,
  StateBadge,
  showDone,
  When,
  wordsOf,
} from '@/ui';
import styles from './places.module.css';
import { transferState } from './words';

export function TransferPage({ id }: { id: string }) {
  const { t } = useTranslation('places');
  const query = useTransfer(id);
  if (query.data) return <Shown key={id} transfer={query.data} />;
  return (
    <Page
      title={t('transfer.number', { id })}
      within={{ href: '#/stock/transfers', name: t('nav.transfers') }}
      scrollKey={`transfer.${id}`}
    >
      <Awaited query={query} />
    </Page>
  );
}

const numbers = ['quantity', 'in_transit', 'received', 'lost', 'back'] as const;

function Shown({ transfer }: { transfer: Transfer }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const go = useGo();
  const step = useStepTransfer();
  const undo = useUndoRun();
  const [asking, setAsking] = useState<'anyway' | 'cancel' | 'receive' | null>(null);
  const { state } = transfer;
  const way = state === 'sent' || state === 'partly';
  const back = () => go('/stock/transfers');
  const take = (which: 'send' | 'cancel', body?: object) =>
    step.mutate(
      { id: transfer.id, etag: transfer.etag, step: which, body },
      {
        onSuccess: ({ run }) => {
          setAsking(null);
          showDone(t(`transfer.did.${which}`, { id: transfer.id }), () => undo.mutate(run));
        },
      },
    );
  useKeys(t('transfer.number', { id: transfer.id }), [
    ...backKeys(t('transfer.all'), back),
    ...(way ? [{ keys: 'r', label: t('transfer.receive'), run: () => setAsking('receive') }] : []),
  ]);
  const number = (text: unknown) => (isZero(String(text)) ? '' : formatQuantity(String(text), language));
  return (
    <Page
      title={t('transfer.number', { id: transfer.id })}
      within={{ href: '#/stock/transfers', name: t('nav.transfers') }}
      beside={<StateBadge state={transferState[state]}>{t(`transfer.state.${state}`)}</StateBadge>}
      actions={
        <>
          {(way || state === 'draft') && (
            <Button variant="default" onClick={() => setAsking('cancel')}>
              {t('transfer.cancel')}
            </Button>
          )}
          {state === 'draft' && (
            <Button loading={step.isPending} onClick={() => take('send')}>
              {t('transfer.send')}
            </Button>
          )}
          {way && <Button onClick={() => setAsking('receive')}>{t('transfer.receive')}</Button>}
        </>
      }
      scrollKey={`transfer.${transfer.id}`}
    >
      <p className={styles.lead}>
        <bdi>{transfer.from}</bdi> → <bdi>{transfer.to}</bdi>
        {transfer.note && (
          <>
            {' · '}
            <bdi>{transfer.note}</bdi>
          </>
        )}
      </p>
      {step.error && state === 'draft' && (
        <NoticeLine
          state="needs_you"
          action={
            <Button size="compact-sm" variant="default" onClick={() => setAsking('anyway')}>
              {t('transfer.anyway')}
            </Button>
          }
        >
          {Object.values(wordsOf(step.error, t('failed'))).join(' ')}
        </NoticeLine>
      )}
      <Section title={t('transfer.goods')}>
        <PlainTable
          heads={[
            t('product'),
            ...numbers.map((each) => ({ label: t(`transfer.column.${each}`), number: true })),
          ]}
        >
          <tbody>
            {transfer.lines.map((line) => (
              <tr key={line.variant}>
                <td>
                  <ProductName {...line} href={href(`/stock/${line.variant}`)} />
                </td>
                {numbers.map((each) => (
                  <td key={each} data-number>
                    {number(line[each])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </PlainTable>
      </Section>
      {transfer.moves.length > 0 && (
        <Section title={t('transfer.history')}>
          <PlainTable>
            <tbody>
              {transfer.moves.map((move) => (
                <tr key={`${move.run} ${move.sku} ${move.kind}`} data-undone={move.undone || undefined}>
                  <td>
                    <When at={move.at ?? ''} />
                  </td>
                  <td>
                    {t(`transfer.move.${move.kind}`)}
                    {move.undone && <span className="soft"> {t('takenBack')}</span>}
                    {move.reason && (
                      <>
                        {': '}
                        <bdi>{move.reason}</bdi>
                      </>
                    )}
                  </td>
                  <td>
                    <bdi className="mono">{move.sku}</bdi>
                  </td>
                  <td data-number>{formatQuantity(String(move.quantity), language)}</td>
                  <td data-number>
                    <a href={href(`/activity/${move.run}`)}>{t('run')}</a>
                  </td>
                </tr>
              ))}
            </tbody>
          </PlainTable>
        </Section>
      )}
      {asking === 'receive' && <Receive transfer={transfer} onClose={() => setAsking(null)} />}
      {asking === 'anyway' && (
        <Confirm
          title={t('transfer.anyway')}
          action={t('transfer.anyway')}
          busy={step.isPending}
          onConfirm={() => take('send', { anyway: true })}
          onClose={() => setAsking(null)}
        >
          {t('transfer.anywayWords', { from: transfer.from })}
        </Confirm>
      )}
      {asking === 'cancel' && (
        <Confirm
          title={t('transfer.cancel')}
          action={t('transfer.cancel')}
          busy={step.isPending}
          onConfirm={() => take('cancel')}
          onClose={() => setAsking(null)}
        >
          {t(way ? 'transfer.cancelWords' : 'transfer.cancelDraft', { from: transfer.from })}
        </Confirm>
      )}
    </Page>
  );
}

/** What arrived, line by line: all that is on its way unless something else is said. */
function Receive({ transfer, onClose }: { transfer: Transfer; onClose: () => void }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const step = useStepTransfer();
  const undo = useUndoRun();
  const open = transfer.lines.filter((line) => !isZero(String(line.in_transit)));
  const [said, setSaid] = useState(
    open.map((line) => ({
      variant: line.variant,
      received: String(line.in_transit),
      lost: '',
      reason: '',
    })),
  );
  const put = (at: number, change: object) =>
    setSaid(said.map((each, place) => (place === at ? { ...each, ...change } : each)));
  const submit = () =>
    step.mutate(
      {
        id: transfer.id,
        etag: transfer.etag,
        step: 'receive',
        body: { lines: said.map(({ received, ...rest }) => ({ ...rest, received: received.trim() })) },
      },
      {
        onSuccess: ({ run }) => {
          onClose();
          showDone(t('transfer.did.receive', { id: transfer.id }), () => undo.mutate(run));
        },
      },
    );
  return (
    <Dialog onClose={onClose} title={t('transfer.receiveAt', { to: transfer.to })} size={680}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p className="soft">{t('transfer.receiveWords')}</p>
        <PlainTable
          inputs
          heads={[
            t('product'),
            { label: t('transfer.column.in_transit'), number: true },
            t('transfer.column.received'),
            t('transfer.column.lost'),
            t('reason'),
          ]}
        >
          <tbody>
            {open.map((line, at) => (
              <tr key={line.variant}>
                <td>
                  <bdi className="mono">{line.sku || line.title}</bdi>
                </td>
                <td data-number>{formatQuantity(String(line.in_transit), language)}</td>
                {(['received', 'lost', 'reason'] as const).map((field) => (
                  <td key={field}>
                    <TextInput
                      aria-label={`${line.sku}: ${t(field === 'reason' ? 'reason' : `transfer.column.${field}`)}`}
                      inputMode={field === 'reason' ? undefined : 'decimal'}
                      value={said[at]?.[field] ?? ''}
                      onChange={(event) => put(at, { [field]: event.currentTarget.value })}
                      data-autofocus={(at === 0 && field === 'received') || undefined}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </PlainTable>
        <ErrorLine error={step.error} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={step.isPending}>
            {t('transfer.receive')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
