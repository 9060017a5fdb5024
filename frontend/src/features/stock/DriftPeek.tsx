import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Drift } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { Facts, SidePeek, StateBadge, When } from '@/ui';
import { driftState } from './driftColumns';
import styles from './stock.module.css';

interface Props {
  row: Drift;
  onClose: () => void;
  onRepair?: () => void;
  onTake?: () => void;
}

/** One listing: the three numbers with their ages, who moved it, and what can be done. */
export function DriftPeek({ row, onClose, onRepair, onTake }: Props) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const aged = (text: string | null, at: string | null) =>
    text !== null && (
      <>
        {formatQuantity(text, language)}
        {at && (
          <span className={styles.soft}>
            {' · '}
            <When at={at} />
          </span>
        )}
      </>
    );
  const excess = String(row.excess);
  return (
    <SidePeek title={<bdi className="mono">{row.name}</bdi>} onClose={onClose}>
      <StateBadge state={driftState[row.class]} soft>
        {t(`drift.class.${row.class}`)}
      </StateBadge>
      <p className={styles.why2}>{row.words}</p>
      {row.class !== 'same' && !isZero(excess) && (
        <p className={styles.soft}>
          {excess.startsWith('-')
            ? t('drift.less', { number: formatQuantity(excess.slice(1), language) })
            : t('drift.more', { number: formatQuantity(excess, language) })}
        </p>
      )}
      <Facts
        items={[
          { label: t('drift.title'), value: row.title && <bdi>{row.title}</bdi> },
          { label: t('drift.channel'), value: <bdi>{row.channel}</bdi> },
          { label: t('drift.place'), value: row.location && <bdi>{row.location}</bdi> },
          { label: t('drift.from'), value: row.from && <bdi>{row.from}</bdi> },
          { label: t('drift.ours'), value: aged(row.ours, row.ours_at) },
          { label: t('drift.because'), value: row.because },
          { label: t('told'), value: aged(row.last_pushed, row.pushed_at) || t('never') },
          { label: t('drift.had'), value: row.had !== null && formatQuantity(row.had, language) },
          { label: t('drift.live'), value: aged(row.live, row.live_at) || t('never') },
          {
            label: t('drift.pack'),
            value: String(row.pack) !== '1' && formatQuantity(String(row.pack), language),
          },
        ]}
      />
      {row.orders.length > 0 && (
        <div className={styles.part}>
          <h2>{t('drift.orders')}</h2>
          <ul className={styles.orders}>
            {row.orders.map((each) => (
              <li key={each.id}>
                <a href={href(`/orders/${each.id}`)}>{each.number}</a>{' '}
                <span className={styles.soft}>{formatQuantity(String(each.quantity), language)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className={styles.remedySteps}>
        {onRepair && <Button onClick={onRepair}>{t('drift.tell', { number: row.ours })}</Button>}
        {onTake && (
          <Button variant="default" onClick={onTake}>
            {t('drift.take', { number: row.live })}
          </Button>
        )}
        {row.plan && (
          <Button variant="default" component="a" href={`#/plans/${row.plan}`}>
            {t('drift.openPlan')}
          </Button>
        )}
        <Button variant="default" component="a" href={`#/stock/${row.variant}`}>
          {t('drift.openStock')}
        </Button>
      </div>
    </SidePeek>
  );
}
