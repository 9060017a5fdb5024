import { Button, Menu, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Purchase,
  type PurchaseStep,
  purchaseHref,
  usePurchase,
  usePurchaseStep,
  useRemovePurchase,
} from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { useLocale } from '@/lib/locale';
import { formatAmount } from '@/lib/money';
import { href, useGo } from '@/lib/nav';
import { useNow } from '@/lib/now';
import { recall } from '@/lib/pageState';
import { Awaited, Confirm, Facts, Money, NoticeLine, Page, Section, StateBadge, showDone, When } from '@/ui';
import { DraftLines } from './DraftLines';
import { Lines } from './Lines';
import { Receipts } from './Receipts';
import { ReceiveDialog } from './ReceiveDialog';
import { TermsDialog } from './TermsDialog';
import { awaits, standing } from './words';

/** One purchase order: its lines, what came of it, and the next step as the only filled button. */
export function PurchasePage({ id }: { id: string }) {
  const { t } = useTranslation('buying');
  const query = usePurchase(id);
  if (query.data) return <Shown key={id} purchase={query.data} />;
  return (
    <Page
      title={t('one')}
      within={{ href: href(recall('nav.purchases', '/purchases')), name: t('title') }}
      scrollKey={`purchase.${id}`}
    >
      <Awaited query={query} />
    </Page>
  );
}

type Open = 'receive' | 'terms' | 'close' | 'cancel' | null;

function Shown({ purchase }: { purchase: Purchase }) {
  const { t } = useTranslation('buying');
  const go = useGo();
  const now = useNow();
  const { language } = useLocale();
  const [open, setOpen] = useState<Open>(null);
  const step = usePurchaseStep();
  const remove = useRemovePurchase();
  const { id, etag, number, state } = purchase;
  const draft = state === 'draft';
  const take = (which: PurchaseStep) =>
    step.mutate({ id, etag, step: which }, { onSuccess: () => showDone(t(`done.${which}`, { number })) });
  const order = () => purchase.lines.length > 0 && take('order');
  useKeys(number, [
    ...backKeys(t('back'), () => go(recall('nav.purchases', '/purchases'))),
    { keys: 'e', label: t('terms'), run: () => setOpen('terms') },
    ...(awaits(state) ? [{ keys: 'r', label: t('receive'), run: () => setOpen('receive') }] : []),
  ]);
  return (
    <Page
      title={number}
      within={{ href: href(recall('nav.purchases', '/purchases')), name: t('title') }}
      beside={
        <>
          <a href={href(`/suppliers/${purchase.supplier}`)}>
            <bdi>{purchase.supplier_name}</bdi>
          </a>
          <StateBadge soft state={standing(purchase, now)}>
            {t(`state.${state}`)}
          </StateBadge>
        </>
      }
      actions={
        <>
          <Menu>
            <Menu.Target>
              <Button variant="subtle" color="gray">
                {t('more')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item component="a" href={purchaseHref(id, 'pdf')} download={`${number}.pdf`}>
                {t('print.pdf')}
              </Menu.Item>
              <Menu.Item component="a" href={purchaseHref(id, 'csv')} download={`${number}.csv`}>
                {t('print.csv')}
              </Menu.Item>
              <Menu.Divider />
              {awaits(state) && <Menu.Item onClick={() => setOpen('close')}>{t('step.close')}</Menu.Item>}
              {(draft || state === 'ordered') && (
                <Menu.Item onClick={() => setOpen('cancel')}>{t('step.cancel')}</Menu.Item>
              )}
              {(state === 'closed' || state === 'cancelled') && (
                <Menu.Item onClick={() => take('reopen')}>{t('step.reopen')}</Menu.Item>
              )}
              {draft && purchase.ordered_at === null && (
                <Menu.Item
                  color="red"
                  onClick={() => remove.mutate(id, { onSuccess: () => go('/purchases') })}
                >
                  {t('step.remove')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
          <Button variant="default" onClick={() => setOpen('terms')}>
            {t('terms')}
          </Button>
          {draft && (
            <Button disabled={purchase.lines.length === 0} loading={step.isPending} onClick={order}>
              {t('step.order')}
            </Button>
          )}
          {awaits(state) && (
            <Button variant={state === 'received' ? 'default' : 'filled'} onClick={() => setOpen('receive')}>
              {t('receive')}
            </Button>
          )}
        </>
      }
      scrollKey={`purchase.${id}`}
    >
      {purchase.least !== null && draft && (
        <NoticeLine state="late">
          {t('least', {
            amount: formatAmount(String(purchase.least), purchase.currency, language),
            currency: purchase.currency,
          })}
        </NoticeLine>
      )}
      <Terms purchase={purchase} />
      {draft ? <DraftLines key={etag} purchase={purchase} /> : <Lines purchase={purchase} />}
      {purchase.receipts.length > 0 && <Receipts purchase={purchase} />}
      {open === 'receive' && <ReceiveDialog purchase={purchase} onClose={() => setOpen(null)} />}
      {open === 'terms' && <TermsDialog purchase={purchase} onClose={() => setOpen(null)} />}
      {(open === 'close' || open === 'cancel') && (
        <EndDialog purchase={purchase} how={open} onClose={() => setOpen(null)} />
      )}
    </Page>
  );
}

function Terms({ purchase }: { purchase: Purchase }) {
  const { t } = useTranslation('buying');
  return (
    <Section title={t('facts')}>
      <Facts
        items={[
          { label: t('to'), value: <bdi>{purchase.location}</bdi> },
          {
            label: t('orderedAt'),
            value: purchase.ordered_at && <When at={purchase.ordered_at} as="clock" />,
          },
          {
            label: t('column.expected'),
            value: purchase.expected_at && <When at={purchase.expected_at} precision="day" />,
          },
          {
            label: t('column.total'),
            value: <Money amount={purchase.total} currency={purchase.currency} missing="words" />,
          },
          {
            label: t('rate'),
            value:
              purchase.rate !== null &&
              t('rateWords', {
                rate: purchase.rate,
                of: purchase.stock_currency ?? '',
                one: purchase.currency,
              }),
          },
          { label: t('note'), value: purchase.note && <bdi>{purchase.note}</bdi> },
          { label: t('reason'), value: purchase.reason && <bdi>{purchase.reason}</bdi> },
        ]}
      />
      {purchase.state === 'draft' && <p className="soft">{t('draftWords')}</p>}
    </Section>
  );
}

interface EndProps {
  purchase: Purchase;
  how: 'close' | 'cancel';
  onClose: () => void;
}

/** Ends an order: what is not awaited any more is no longer on its way. It can be reopened. */
function EndDialog({ purchase, how, onClose }: EndProps) {
  const { t } = useTranslation('buying');
  const [reason, setReason] = useState('');
  const step = usePurchaseStep();
  const { id, etag, number } = purchase;
  return (
    <Confirm
      title={t(`step.${how}`)}
      action={t(`step.${how}`)}
      busy={step.isPending}
      onClose={onClose}
      onConfirm={() =>
        step.mutate(
          { id, etag, step: how, reason },
          {
            onSuccess: (saved) => {
              onClose();
              showDone(t(`done.${how}`, { number }), () =>
                step.mutate({ id, etag: saved.etag, step: 'reopen' }),
              );
            },
          },
        )
      }
    >
      <p>{t(`endWords.${how}`)}</p>
      <TextInput
        label={t('reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </Confirm>
  );
}
