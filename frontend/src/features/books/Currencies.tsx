import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BooksMapping, BooksSetup } from '@/api';
import { CurrencySelect, Section } from '@/ui';
import styles from './books.module.css';
import type { Props } from './Fields';
import { Rates } from './Rates';

type Role = 'receivable' | 'clearing';

/** The currencies that there is something to say about: those of orders, of accounts, and those that are said. */
function currenciesOf({ entries, currencies }: BooksSetup, mapping: BooksMapping): string[] {
  const accounts = entries.filter(({ kind, active }) => kind === 'account' && active);
  const said = [...Object.keys(mapping.currencies ?? {}), ...Object.keys(mapping.rates ?? {})];
  const all = [...currencies, ...accounts.map(({ currency }) => currency), ...said];
  return [...new Set(all)].filter((each) => each && each !== mapping.home).sort();
}

/** How orders in other currencies are posted: into accounts of theirs, or converted by a rate. */
export function Currencies({ setup, mapping, onChange }: Props) {
  const { t } = useTranslation('books');
  const { home } = mapping;
  if (!home) return null;
  return (
    <Section title={t('map.currencies')}>
      <p className={styles.reason}>{t('map.currenciesWords', { home })}</p>
      {currenciesOf(setup, mapping).map((currency) => (
        <div key={currency} className={styles.channel}>
          <h3 className={styles.currency}>
            <bdi>{currency}</bdi>
          </h3>
          <Accounts currency={currency} setup={setup} mapping={mapping} onChange={onChange} />
          <Rates currency={currency} mapping={mapping} onChange={onChange} />
        </div>
      ))}
      <div className={styles.field}>
        <label htmlFor="currency-more">{t('map.currencyMore')}</label>
        <CurrencySelect
          id="currency-more"
          size="xs"
          value=""
          none={t('map.chooseCurrency')}
          onChange={(currency) =>
            currency &&
            currency !== home &&
            onChange({ ...mapping, rates: { [currency]: [], ...mapping.rates } })
          }
        />
      </div>
    </Section>
  );
}

/** The accounts of one currency; without one of what customers owe its orders are converted. */
function Accounts({ currency, setup, mapping, onChange }: Props & { currency: string }) {
  const { t } = useTranslation('books');
  const chosen = mapping.currencies?.[currency] ?? {};
  const fitting = setup.entries.filter((each) => each.kind === 'account' && each.active);
  const owed = fitting.filter((each) => each.currency === currency && each.type === 'receivable');
  const own = fitting.filter((each) => each.type === 'bank' || each.type === 'current_asset');
  const money = own.filter((each) => each.currency === currency || !each.currency);
  const change = (role: Role, name: string | null) => {
    const { [currency]: _, ...others } = mapping.currencies ?? {};
    const next = role === 'receivable' && !name ? {} : { ...chosen, [role]: { name: name ?? '' } };
    onChange({
      ...mapping,
      currencies: Object.keys(next).length > 0 ? { ...others, [currency]: next } : others,
    });
  };
  const field = (role: Role, label: string, names: string[], none: string) => (
    <div className={styles.field}>
      <label htmlFor={`${role}-${currency}`}>{label}</label>
      <Select
        id={`${role}-${currency}`}
        size="xs"
        searchable
        clearable
        placeholder={none}
        data={names}
        value={chosen[role]?.name || null}
        onChange={(name) => change(role, name)}
      />
      {chosen[role]?.reason && <span className={styles.reason}>{chosen[role]?.reason}</span>}
    </div>
  );
  if (owed.length === 0 && !chosen.receivable)
    return <p className={styles.reason}>{t('map.converted', { currency, home: mapping.home })}</p>;
  const names = (all: typeof owed) => all.map(({ name }) => name);
  return (
    <>
      {field(
        'receivable',
        t('map.owedIn', { currency }),
        names(owed),
        t('map.convert', { home: mapping.home }),
      )}
      {chosen.receivable?.name &&
        field('clearing', t('map.moneyIn', { currency }), names(money), t('map.default'))}
    </>
  );
}
