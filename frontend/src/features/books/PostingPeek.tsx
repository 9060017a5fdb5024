import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type BooksPosting, useIntentStep, usePostAgain, useUndoPostings } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { useGo } from '@/lib/nav';
import { Facts, Money, SidePeek, StateBadge, showDone, When } from '@/ui';
import styles from './books.module.css';
import { Document } from './Document';
import { Moved } from './Moved';
import { standing } from './words';

interface Props {
  posting: BooksPosting;
  connection: string;
  onClose: () => void;
}

/** One posting: how it stands, what we say and what is there, its lines, and the way back. */
export function PostingPeek({ posting, connection, onClose }: Props) {
  const { t } = useTranslation('books');
  const { t: plans } = useTranslation('plans');
  const { language } = useLocale();
  const go = useGo();
  const undo = useUndoPostings();
  const again = usePostAgain();
  const step = useIntentStep();
  const { state, word } = standing(posting);
  const { currency, intent } = posting;
  return (
    <SidePeek
      title={
        <bdi>
          {posting.kind_words} {posting.number || posting.name}
        </bdi>
      }
      onClose={onClose}
    >
      <StateBadge state={state} soft>
        {t(`state.${word}`)}
      </StateBadge>
      {posting.problem && (
        <p className={styles.warn}>
          <strong>{posting.problem.message}</strong> {posting.problem.remedy}
        </p>
      )}
      <div className={styles.actions}>
        {(posting.state === 'posted' || posting.state === 'different') && !posting.known && (
          <Button
            variant="default"
            loading={undo.isPending}
            onClick={() =>
              undo.mutate(
                { connection, postings: [posting.id] },
                { onSuccess: ({ id }) => go(`/plans/${id}`) },
              )
            }
          >
            {t('peek.undo')}
          </Button>
        )}
        {posting.state === 'different' && !posting.known && (
          <Button
            loading={undo.isPending}
            title={t('peek.anewWords')}
            onClick={() =>
              undo.mutate(
                { connection, postings: [posting.id], again: true },
                { onSuccess: ({ id }) => go(`/plans/${id}`) },
              )
            }
          >
            {t('peek.anew')}
          </Button>
        )}
        {posting.state === 'undone' && (
          <Button
            variant="default"
            loading={again.isPending}
            onClick={() => again.mutate(posting.id, { onSuccess: () => showDone(t('peek.againDone')) })}
          >
            {t('peek.again')}
          </Button>
        )}
        {posting.state === 'refused' && intent && (
          <Button
            variant="default"
            loading={step.isPending}
            onClick={() => step.mutate({ id: intent, step: 'retry' })}
          >
            {plans('retry.again')}
          </Button>
        )}
      </div>
      <Facts
        items={[
          { label: t('peek.day'), value: posting.day },
          { label: t('peek.customer'), value: posting.customer && <bdi>{posting.customer}</bdi> },
          {
            label: t('peek.ours'),
            value: posting.total && <Money amount={posting.total} currency={currency} />,
          },
          {
            label: t('peek.there'),
            value: posting.there && <Money amount={posting.there} currency={currency} />,
          },
          {
            label: t('peek.difference'),
            value: posting.state === 'different' && posting.difference && (
              <Money amount={posting.difference} currency={currency} />
            ),
          },
          { label: t('peek.unlike'), value: posting.unlike && <bdi>{posting.unlike}</bdi> },
          {
            label: t('peek.foreign'),
            value: posting.foreign && (
              <>
                <Money amount={posting.foreign.total} currency={posting.foreign.currency} /> ×{' '}
                <span className="mono">{posting.foreign.rate}</span>
              </>
            ),
          },
          {
            label: t('peek.rate'),
            value: posting.rate && <span className="mono">{posting.rate}</span>,
          },
          { label: t('peek.posted'), value: posting.posted_at && <When at={posting.posted_at} as="exact" /> },
          { label: t('peek.read'), value: posting.read_at && <When at={posting.read_at} as="exact" /> },
          {
            label: t('peek.order'),
            value: posting.order ? (
              <a href={`#/orders/${posting.order}`}>{t('peek.open')}</a>
            ) : (
              posting.orders > 0 &&
              t('peek.orders', { count: posting.orders, number: formatCount(posting.orders, language) })
            ),
          },
          {
            label: t('peek.ledger'),
            value: posting.ledger_id && <bdi className="mono">{posting.ledger_id}</bdi>,
          },
          { label: t('peek.reference'), value: <bdi className="mono">{posting.reference}</bdi> },
        ]}
      />
      {posting.movements > 0 && <Moved posting={posting} />}
      {posting.known && <p className={styles.soft}>{t('peek.known')}</p>}
      <Document document={posting} titled={false} />
    </SidePeek>
  );
}
