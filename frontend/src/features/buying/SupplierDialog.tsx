import { Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Supplier, useSaveSupplier } from '@/api';
import { useGo } from '@/lib/nav';
import { Confirm, CurrencySelect, ErrorLine, showDone } from '@/ui';
import styles from './buying.module.css';
import { typed } from './words';

const contactFields = ['person', 'email', 'phone', 'line1', 'postal_code', 'city', 'country'] as const;
type ContactField = (typeof contactFields)[number];

/** Adds a supplier, or changes one. */
export function SupplierDialog({ supplier, onClose }: { supplier?: Supplier; onClose: () => void }) {
  const { t } = useTranslation('buying');
  const go = useGo();
  const [name, setName] = useState(supplier?.name ?? '');
  const [currency, setCurrency] = useState(supplier?.currency ?? '');
  const [lead, setLead] = useState<number | string>(supplier?.lead_days ?? '');
  const [minimum, setMinimum] = useState(supplier?.minimum ?? '');
  const [note, setNote] = useState(supplier?.note ?? '');
  const [active, setActive] = useState(supplier?.active ?? true);
  const [contact, setContact] = useState<Record<ContactField, string>>(() => {
    const known = supplier?.contact;
    return Object.fromEntries(contactFields.map((field) => [field, known?.[field] ?? ''])) as Record<
      ContactField,
      string
    >;
  });
  const save = useSaveSupplier();
  const problem = save.error instanceof ApiError ? save.error.problem : null;
  const wrong = (field: string) =>
    problem?.field === field ? `${problem.detail} ${problem.remedy}` : undefined;
  const shown = problem && ['name', 'currency', 'lead_days', 'minimum'].includes(problem.field ?? '');
  return (
    <Confirm
      title={t(supplier ? 'supplier.change' : 'supplier.add')}
      action={t('save')}
      busy={save.isPending}
      disabled={name.trim() === '' || currency === ''}
      onClose={onClose}
      onConfirm={() =>
        save.mutate(
          {
            id: supplier?.id,
            etag: supplier?.etag,
            name: name.trim(),
            currency,
            lead_days: lead === '' ? -1 : Number(lead),
            minimum: typed(minimum),
            note,
            active,
            contact,
          },
          {
            onSuccess: ({ id }) => {
              onClose();
              showDone(t('saved'));
              if (!supplier) go(`/suppliers/${id}`);
            },
          },
        )
      }
    >
      <div className={styles.form}>
        <TextInput
          label={t('column.name')}
          value={name}
          error={wrong('name')}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <div className={styles.pair}>
          <CurrencySelect
            label={t('column.currency')}
            none={t('choose')}
            value={currency}
            onChange={setCurrency}
            error={wrong('currency')}
          />
          <NumberInput
            label={t('leadDays')}
            min={0}
            allowDecimal={false}
            value={lead}
            error={wrong('lead_days')}
            onChange={setLead}
          />
        </div>
        <TextInput
          label={t('minimumOrder')}
          inputMode="decimal"
          value={minimum}
          error={wrong('minimum')}
          onChange={(event) => setMinimum(event.currentTarget.value)}
        />
        <div className={styles.pair}>
          {contactFields.map((field) => (
            <TextInput
              key={field}
              label={t(`contact.${field}`)}
              value={contact[field]}
              onChange={(event) => setContact({ ...contact, [field]: event.currentTarget.value })}
            />
          ))}
        </div>
        <Textarea
          label={t('note')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          autosize
        />
        {supplier && (
          <Checkbox
            label={t('supplier.active')}
            checked={active}
            onChange={(event) => setActive(event.currentTarget.checked)}
          />
        )}
        {!shown && <ErrorLine error={save.error} />}
      </div>
    </Confirm>
  );
}
