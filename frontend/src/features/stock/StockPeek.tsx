import { useTranslation } from 'react-i18next';
import type { Stock } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href } from '@/lib/nav';
import { Facts, SidePeek } from '@/ui';
import { LevelsTable } from './LevelsTable';
import { SoldTable } from './SoldTable';
import styles from './stock.module.css';

/** One variant beside the grid: its levels, and what sells it. */
export function StockPeek({ row, onClose }: { row: Stock; onClose: () => void }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  return (
    <SidePeek title={<bdi className="mono">{row.sku || row.title}</bdi>} onClose={onClose}>
      <Facts
        items={[
          { label: t('grid.title'), value: <bdi>{row.title}</bdi> },
          {
            label: t('grid.backordered'),
            value: !isZero(String(row.backordered)) && formatQuantity(String(row.backordered), language),
          },
        ]}
      />
      <p className={styles.links}>
        <a href={href(`/stock/${row.variant}`)}>{t('openStock')}</a>
        <a href={href(`/products/${row.variant}`)}>{t('product')}</a>
      </p>
      <div className={styles.part}>
        <h2>{t('levels')}</h2>
        {row.tracked && row.locations.length > 0 ? (
          <LevelsTable locations={row.locations} slim />
        ) : (
          <p className={styles.soft}>{t(row.tracked ? 'kitWords' : 'notTrackedWords')}</p>
        )}
      </div>
      {row.channels.length > 0 && (
        <div className={styles.part}>
          <h2>{t('sold')}</h2>
          <SoldTable channels={row.channels} />
        </div>
      )}
    </SidePeek>
  );
}
