import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ReorderRule, type StockOne, useReorderRules, useSuppliersOf } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href } from '@/lib/nav';
import { Facts, Money, Section } from '@/ui';
import { ReorderDialog } from './ReorderDialog';
import styles from './stock.module.css';

/** When it is ordered again, and from whom. */
export function Reordering({ stock }: { stock: StockOne }) {
  const { t } = useTranslation('stock');
  const rules = useReorderRules(stock.variant).data ?? [];
  const sold = useSuppliersOf(stock.variant).data ?? [];
  const [editing, setEditing] = useState<ReorderRule | 'new' | null>(null);
  return (
    <Section
      title={t('buying.title')}
      aside={
        <Button size="compact-sm" variant="default" onClick={() => setEditing('new')}>
          {t('buying.set')}
        </Button>
      }
    >
      <Facts
        items={[
          {
            label: t('buying.rule'),
            value:
              rules.length > 0 &&
              rules.map((rule) => (
                <div key={rule.location}>
                  <RuleWords rule={rule} />{' '}
                  <Button size="compact-xs" variant="subtle" onClick={() => setEditing(rule)}>
                    {t('buying.change')}
                  </Button>
                </div>
              )),
          },
          {
            label: t('buying.from'),
            value:
              sold.length > 0 &&
              sold.map((item) => (
                <div key={item.supplier}>
                  <a href={href(`/suppliers/${item.supplier}`)}>
                    <bdi>{item.supplier_name}</bdi>
                  </a>{' '}
                  {item.code && <bdi className={`mono ${styles.soft}`}>{item.code}</bdi>}{' '}
                  {item.price !== null && (
                    <>
                      {t('buying.price', { pack: item.pack })}{' '}
                      <Money amount={String(item.price)} currency={item.currency} />
                    </>
                  )}
                </div>
              )),
          },
        ]}
      />
      {sold.length === 0 && (
        <p className={styles.soft}>
          {t('buying.nobody')} <a href={href('/purchases?view=suppliers')}>{t('buying.suppliers')}</a>
        </p>
      )}
      {editing && (
        <ReorderDialog
          variant={stock.variant}
          rule={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Section>
  );
}

function RuleWords({ rule }: { rule: ReorderRule }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const location = rule.location_name;
  return rule.kind === 'fixed'
    ? t('buying.fixed', {
        location,
        least: formatQuantity(String(rule.least), language),
        most: formatQuantity(String(rule.most), language),
      })
    : t('buying.speed', { location, safety: rule.safety_days, cover: rule.cover_days });
}
