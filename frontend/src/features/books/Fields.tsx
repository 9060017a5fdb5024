import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BooksMapping, BooksRule, BooksSetup } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Section } from '@/ui';
import styles from './books.module.css';
import { withRule } from './words';

export interface Props {
  setup: BooksSetup;
  mapping: BooksMapping;
  onChange: (next: BooksMapping) => void;
}

/** The accounts of the books in their own currency, by name; which types fit is the person's business. */
export const accountsOf = (setup: BooksSetup) =>
  setup.entries
    .filter(({ kind, active, currency }) => kind === 'account' && active && !currency)
    .map(({ name }) => name);

/** The roles whose accounts are about stock, and not about what was sold. */
const stockRoles = ['inventory', 'adjustment'];

/** Which account takes what, each with the reason of its proposal. */
export function Accounts(props: Props) {
  const { t } = useTranslation('books');
  const { roles } = props.setup;
  return (
    <Section title={t('map.accounts')}>
      {roles
        .filter(({ role }) => !stockRoles.includes(role))
        .map(({ role, words }) => (
          <Account key={role} takes={role} label={words} {...props} />
        ))}
    </Section>
  );
}

/** The account of one role. */
export function Account({
  takes,
  label,
  setup,
  mapping,
  onChange,
}: Props & { takes: string; label: string }) {
  const { t } = useTranslation('books');
  const target = mapping.accounts[takes];
  return (
    <div className={styles.field}>
      <label htmlFor={`role-${takes}`}>{label}</label>
      <Select
        id={`role-${takes}`}
        size="xs"
        searchable
        placeholder={t('map.choose')}
        data={accountsOf(setup)}
        value={target?.name || null}
        onChange={(name) =>
          onChange({ ...mapping, accounts: { ...mapping.accounts, [takes]: { name: name ?? '' } } })
        }
      />
      {target?.reason && <span className={styles.reason}>{target.reason}</span>}
    </div>
  );
}

/** Which channels are posted, and as what. */
export function Channels({ setup, mapping, onChange }: Props) {
  const { t } = useTranslation('books');
  return (
    <Section title={t('map.channels')}>
      {setup.channels.map(({ id, name }) => {
        const rule = mapping.channels[id];
        if (!rule) return null;
        const change = (next: Partial<BooksRule>) => onChange(withRule(mapping, id, next));
        return (
          <div key={id} className={styles.channel}>
            <Checkbox
              label={
                <>
                  <bdi>{name}</bdi>: {t('map.post')}
                </>
              }
              checked={rule.post}
              onChange={(event) => change({ post: event.currentTarget.checked })}
            />
            {rule.post && <RuleFields id={id} rule={rule} onChange={change} />}
          </div>
        );
      })}
    </Section>
  );
}

interface RuleProps {
  id: string;
  rule: BooksRule;
  onChange: (next: Partial<BooksRule>) => void;
}

function RuleFields({ id, rule, onChange }: RuleProps) {
  const { t } = useTranslation('books');
  const choices = <K extends 'document' | 'level' | 'when' | 'tax_by'>(
    field: K,
    label: string,
    words: Record<BooksRule[K], string>,
  ) => (
    <div className={styles.field}>
      <label htmlFor={`${field}-${id}`}>{label}</label>
      <Select
        id={`${field}-${id}`}
        size="xs"
        data={Object.entries<string>(words).map(([value, each]) => ({ value, label: each }))}
        value={rule[field]}
        onChange={(value) => value && onChange({ [field]: value })}
        allowDeselect={false}
      />
    </div>
  );
  const typed = (field: 'customer' | 'prefix', label: string) => (
    <div className={styles.field}>
      <label htmlFor={`${field}-${id}`}>{label}</label>
      <TextInput
        id={`${field}-${id}`}
        size="xs"
        value={rule[field]}
        maxLength={field === 'prefix' ? 4 : 41}
        onChange={(event) => onChange({ [field]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <>
      {choices('document', t('map.document'), {
        sales_receipt: t('map.documents.sales_receipt'),
        invoice: t('map.documents.invoice'),
        sales_order: t('map.documents.sales_order'),
      })}
      {choices('level', t('map.level'), { order: t('map.levels.order'), day: t('map.levels.day') })}
      {choices('when', t('map.when'), {
        paid: t('map.whens.paid'),
        shipped: t('map.whens.shipped'),
        placed: t('map.whens.placed'),
      })}
      {choices('tax_by', t('map.taxBy'), {
        seller: t('map.taxBys.seller'),
        marketplace: t('map.taxBys.marketplace'),
      })}
      {typed('customer', t('map.customer'))}
      {typed('prefix', t('map.prefix'))}
    </>
  );
}

/** Where the money of each payment method arrives. */
export function Methods({ setup, mapping, onChange }: Props) {
  const { t } = useTranslation('books');
  if (setup.methods.length === 0) return null;
  return (
    <Section title={t('map.methods')}>
      <p className={styles.reason}>{t('map.methodsWords')}</p>
      {setup.methods.map((method) => {
        const key = method.trim().toLowerCase();
        const target = mapping.methods[key];
        return (
          <div key={method} className={styles.field}>
            <label htmlFor={`method-${key}`}>
              <bdi>{method}</bdi>
            </label>
            <Select
              id={`method-${key}`}
              size="xs"
              searchable
              clearable
              placeholder={t('map.default')}
              data={accountsOf(setup)}
              value={target?.name || null}
              onChange={(name) => {
                const { [key]: _, ...rest } = mapping.methods;
                onChange({ ...mapping, methods: name ? { ...rest, [key]: { name } } : rest });
              }}
            />
            {target?.reason && <span className={styles.reason}>{target.reason}</span>}
          </div>
        );
      })}
    </Section>
  );
}

/** How many SKUs are items of the books. */
export function Items({ mapping }: Props) {
  const { t } = useTranslation('books');
  const { language } = useLocale();
  const count = Object.keys(mapping.items).length;
  return (
    <Section title={t('map.items')}>
      <p className={styles.reason}>{t('map.itemsWords', { count, number: formatCount(count, language) })}</p>
    </Section>
  );
}

/** From when on orders are posted, what is closed, and how much rounding may hide. */
export function Days({ mapping, onChange }: Props) {
  const { t } = useTranslation('books');
  const day = (field: 'from' | 'closed_until', label: string) => (
    <div className={styles.field}>
      <label htmlFor={field}>{label}</label>
      <TextInput
        id={field}
        type="date"
        size="xs"
        value={mapping[field]}
        onChange={(event) => onChange({ ...mapping, [field]: event.currentTarget.value })}
      />
      {field === 'closed_until' && <span className={styles.reason}>{t('map.closedWords')}</span>}
    </div>
  );
  return (
    <Section title={t('map.days')}>
      {day('from', t('map.from'))}
      {day('closed_until', t('map.closed'))}
      <div className={styles.field}>
        <label htmlFor="rounding">{t('map.rounding')}</label>
        <NumberInput
          id="rounding"
          size="xs"
          min={0}
          max={10000}
          allowDecimal={false}
          value={mapping.rounding_limit}
          onChange={(value) => onChange({ ...mapping, rounding_limit: Number(value) || 0 })}
        />
        <span className={styles.reason}>{t('map.roundingWords')}</span>
      </div>
    </Section>
  );
}
