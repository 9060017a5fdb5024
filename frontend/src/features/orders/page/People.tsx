import { useTranslation } from 'react-i18next';
import type { OrderPerson } from '@/api';
import { Section } from '@/ui';
import styles from './People.module.css';

const lineKeys = ['name', 'company', 'line1', 'line2', 'line3'] as const;

/** A person and an address as on an envelope; each part keeps its own writing direction. */
export function AddressLines({ person }: { person: OrderPerson }) {
  const city = [person.city, person.region, person.postal_code].filter(Boolean).join(', ');
  const lines = [...lineKeys.map((key) => person[key]), city, person.country].filter(Boolean);
  return (
    <address className={styles.address}>
      {lines.map((line) => (
        <div key={line}>
          <bdi>{line}</bdi>
        </div>
      ))}
      {person.email && (
        <a href={`mailto:${person.email}`}>
          <bdi>{person.email}</bdi>
        </a>
      )}
      {person.phone && (
        <div>
          <bdi dir="ltr">{person.phone}</bdi>
        </div>
      )}
    </address>
  );
}

const sameAddress = (one: OrderPerson, other: OrderPerson) =>
  [...lineKeys, 'city', 'postal_code', 'country'].every(
    (key) => one[key as keyof OrderPerson] === other[key as keyof OrderPerson],
  );

/** Who ordered, where it goes, who pays. An address that repeats another is only said to. */
export function People({ people }: { people: OrderPerson[] }) {
  const { t } = useTranslation('orders');
  const shipTo = people.find(({ role }) => role === 'ship_to');
  return (
    <>
      {people.map((person) => {
        const repeats = shipTo && person !== shipTo && person.line1 !== '' && sameAddress(person, shipTo);
        return (
          <Section
            key={person.role}
            title={t(`role.${person.role}` as 'role.buyer', {
              defaultValue: person.role.replaceAll('_', ' '),
            })}
          >
            {repeats ? (
              <span className={styles.same}>{t('role.same')}</span>
            ) : (
              <AddressLines person={person} />
            )}
            {person.note && (
              <blockquote className={styles.note}>
                <bdi>{person.note}</bdi>
              </blockquote>
            )}
          </Section>
        );
      })}
    </>
  );
}
