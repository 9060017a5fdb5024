import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type EdiDetail, type EdiDocument, useEdiDocument, useEdiWords, usePlanEdi, useSendEdi } from '@/api';
import { useKeys } from '@/lib/keys';
import { href, useGo } from '@/lib/nav';
import { Awaited, ErrorState, NoticeLine, Page, StateBadge, showDone, When } from '@/ui';
import styles from '../edi.module.css';
import { Look } from '../Look';
import { isAck, nameOf, standing } from '../words';
import { Chain } from './Chain';

/** One document: how it stands, the chain it is part of, and what it says in words, by segments and as it came. */
export function EdiDocumentPage({ id }: { id: string }) {
  const { t } = useTranslation('edi');
  const detail = useEdiDocument(id);
  const go = useGo();
  useKeys(t('title'), [{ keys: 'u', label: t('document.back'), run: () => go('/edi') }]);
  if (!detail.data)
    return (
      <Page title={t('document.one')} within={{ href: '#/edi', name: t('title') }} scrollKey={`edi.${id}`}>
        <Awaited query={detail} />
      </Page>
    );
  return <Shown key={id} detail={detail.data} />;
}

function Shown({ detail }: { detail: EdiDetail }) {
  const { t } = useTranslation('edi');
  const { document, chain, deliveries } = detail;
  const { state, word } = standing(document);
  const words = useEdiWords(document.id, document.purged_at === null);
  const waits = deliveries[0]?.state !== 'sent' ? deliveries[0]?.problem : null;
  return (
    <Page
      within={{ href: '#/edi', name: t('title') }}
      title={
        <bdi>
          {nameOf(t, document)} {isAck(document) ? '' : document.number}
        </bdi>
      }
      beside={
        <StateBadge state={state} soft>
          {t(`standing.${word}` as 'standing.taken')}
        </StateBadge>
      }
      actions={<Actions detail={detail} />}
    >
      {document.problems.map((problem) => (
        <NoticeLine key={problem.message} state="needs_you">
          {problem.message} {problem.remedy}
        </NoticeLine>
      ))}
      {document.purged_at && (
        <NoticeLine state="quiet">
          {t('document.purged')} <When at={document.purged_at} />
        </NoticeLine>
      )}
      <Paid
        payments={detail.payments.filter(
          ({ number }) => number === document.number || document.number === document.order_number,
        )}
      />
      {waits && (
        <NoticeLine state="late">
          {waits.message} {waits.remedy}
        </NoticeLine>
      )}
      <div className={styles.split}>
        <Chain chain={chain} chosen={document.id} />
        <div className={styles.said}>
          {words.data && (
            <Look
              look={words.data}
              raw={detail.text}
              answerable={document.direction === 'in' && document.ack === ''}
            />
          )}
          {words.error && <ErrorState error={words.error} onRetry={() => void words.refetch()} />}
        </div>
      </div>
    </Page>
  );
}

/** What the partner said to have paid of this document; of an order, of all its invoices. */
function Paid({ payments }: { payments: EdiDetail['payments'] }) {
  const { t } = useTranslation('edi');
  return payments.map((one) => (
    <NoticeLine key={`${one.document} ${one.number}`} state={Number(one.adjusted) < 0 ? 'late' : 'fine'}>
      {t('document.paid', one)}
      {one.discount && ` ${t('document.discount', one)}`}
      {Number(one.adjusted) !== 0 && ` ${t('document.adjusted', one)}`}{' '}
      <a href={`#/edi/${one.document}`}>{t('document.payment', one)}</a>
    </NoticeLine>
  ));
}

/** From a stock report to its counts, from a payment to what is paid. */
function PlanIt({ document, what }: { document: EdiDocument; what: 'counts' | 'payments' }) {
  const { t } = useTranslation('edi');
  const go = useGo();
  const plan = usePlanEdi();
  return (
    <Button
      loading={plan.isPending}
      onClick={() => plan.mutate(document.id, { onSuccess: ({ id }) => go(`/import/${id}`) })}
    >
      {t(`document.plan.${what}`)}
    </Button>
  );
}

function Actions({ detail }: { detail: EdiDetail }) {
  const { t } = useTranslation('edi');
  const { document, chain, can_answer } = detail;
  const send = useSendEdi();
  const due = chain
    .flatMap(({ waiting }) => waiting)
    .filter(({ who }) => who === 'us')
    .map(({ kind }) => kind);
  const next = can_answer.find((kind) => due.includes(kind)) ?? can_answer[0];
  return (
    <>
      {document.order && (
        <Button variant="default" component="a" href={`#/orders/${document.order}`}>
          {t('document.order')}
        </Button>
      )}
      {can_answer.map((kind) => (
        <Button
          key={kind}
          variant={kind === next ? 'filled' : 'default'}
          component="a"
          href={href(`/edi/${document.id}/answer`, { kind })}
        >
          {t('document.make', { kind })}
        </Button>
      ))}
      {detail.can_plan && <PlanIt document={document} what={detail.can_plan} />}
      {document.direction === 'out' && (
        <Button
          variant={document.delivery === 'sent' ? 'default' : 'filled'}
          loading={send.isPending}
          onClick={() =>
            send.mutate(document.id, {
              onSuccess: ({ file, delivery }) =>
                delivery === 'sent' && showDone(t('document.sent', { file })),
            })
          }
        >
          {t(document.delivery === 'sent' ? 'document.again' : 'document.send')}
        </Button>
      )}
    </>
  );
}
