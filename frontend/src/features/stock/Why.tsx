import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StockClaim, StockExplanation, StockReasons } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import styles from './stock.module.css';

type Words = ReturnType<typeof useTranslation<'stock'>>['t'];
export type EntryKind =
  | 'start'
  | 'receipt'
  | 'sale'
  | 'return'
  | 'adjustment'
  | 'transfer_out'
  | 'transfer_in'
  | 'count'
  | 'assembly'
  | 'undo'
  | 'reserve'
  | 'release'
  | 'expect';

const negative = (text: string) => (text.startsWith('-') ? text.slice(1) : `-${text}`);

/** A column of numbers that adds up: what came and went, what is kept, and for whom. */
export function Why({ explanation }: { explanation: StockExplanation }) {
  const { t } = useTranslation('stock');
  const several = explanation.locations.length > 1;
  return (
    <>
      {explanation.locations.map((each) => (
        <div key={each.location} className={styles.sum}>
          {several && <h3>{t('at', { location: each.location })}</h3>}
          <Reasons reasons={each} />
        </div>
      ))}
      {explanation.waiting.length > 0 && (
        <div className={styles.sum}>
          <h3>{t('waiting')}</h3>
          <table className={styles.why}>
            <tbody>
              {explanation.waiting.map((each) => (
                <Claim key={`${each.order} ${each.line}`} claim={each} sign={negative} words={t} waits />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Line({ number, total, children }: { number: string; total?: boolean; children: ReactNode }) {
  const { language } = useLocale();
  return (
    <tr className={total ? styles.total : undefined}>
      <td>{formatQuantity(number, language)}</td>
      <td>{children}</td>
    </tr>
  );
}

function Reasons({ reasons }: { reasons: StockReasons }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  return (
    <table className={styles.why}>
      <tbody>
        {reasons.entries
          .filter((each) => !isZero(String(each.quantity)) || each.kind === 'start')
          .map((each) => (
            <Line key={each.kind} number={String(each.quantity)}>
              {t('entriesOf', {
                kind: t(`kind.${each.kind as EntryKind}`),
                count: each.entries,
                number: formatCount(each.entries, language),
              })}
            </Line>
          ))}
        <Line number={String(reasons.on_hand)} total>
          {t('onHand')}
        </Line>
        {reasons.kept.map((each) => (
          <Claim key={`${each.order} ${each.line}`} claim={each} sign={negative} words={t} />
        ))}
        <Line number={String(reasons.available)} total>
          {t('available')}
        </Line>
      </tbody>
    </table>
  );
}

interface ClaimProps {
  claim: StockClaim;
  sign: (text: string) => string;
  words: Words;
  waits?: boolean;
}

function Claim({ claim, sign, words: t, waits = false }: ClaimProps) {
  const number = claim.number ?? '';
  const known = waits ? t('waitsFor', { number }) : t('keptFor', { number });
  return (
    <Line number={sign(String(claim.quantity))}>
      {claim.number === null ? (
        t(waits ? 'waitsGone' : 'keptGone')
      ) : (
        <a href={href(`/orders/${claim.order}`)}>{known}</a>
      )}{' '}
      {claim.channel && <bdi className={styles.soft}>{claim.channel}</bdi>}
    </Line>
  );
}
