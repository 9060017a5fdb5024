import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StockClaim, StockExplanation, StockReasons } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { addAmounts, formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import styles from './stock.module.css';

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
              <Claims all={explanation.waiting} waits />
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
        <Claims all={reasons.kept} />
        <Line number={String(reasons.available)} total>
          {t('available')}
        </Line>
        {!isZero(String(reasons.incoming)) && (
          <Line number={String(reasons.incoming)}>
            <span className={styles.soft}>{t('incoming')}</span>
          </Line>
        )}
      </tbody>
    </table>
  );
}

const shownAtFirst = 12;

/** What orders have, or wait for: the oldest first, the rest of many as one number until it is asked for. */
function Claims({ all, waits = false }: { all: readonly StockClaim[]; waits?: boolean }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const [open, setOpen] = useState(false);
  const first = open || all.length <= shownAtFirst + 1 ? all : all.slice(0, shownAtFirst);
  const rest = all.slice(first.length);
  return (
    <>
      {first.map((each) => (
        <Line key={`${each.order} ${each.line}`} number={negative(String(each.quantity))}>
          <ClaimWords claim={each} waits={waits} />
        </Line>
      ))}
      {rest.length > 0 && (
        <Line number={negative(addAmounts(rest.map((each) => String(each.quantity))))}>
          {t('rest', { count: rest.length, number: formatCount(rest.length, language) })}{' '}
          <Button size="compact-xs" variant="subtle" onClick={() => setOpen(true)}>
            {t('all')}
          </Button>
        </Line>
      )}
    </>
  );
}

function ClaimWords({ claim, waits }: { claim: StockClaim; waits: boolean }) {
  const { t } = useTranslation('stock');
  const { number, channel, order } = claim;
  if (number === null) return t(waits ? 'waitsGone' : 'keptGone');
  return (
    <>
      <a href={href(`/orders/${order}`)}>{t(waits ? 'waitsFor' : 'keptFor', { number })}</a>{' '}
      <bdi className={styles.soft}>{channel}</bdi>
    </>
  );
}
