import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Location, useLocations } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { EmptyState, ErrorState, Page, StateBadge, StockNav } from '@/ui';
import { LocationForm } from './LocationForm';
import styles from './places.module.css';

/** Where stock lies, in the order in which orders are routed to it. */
export function LocationsPage() {
  const { t } = useTranslation('places');
  const locations = useLocations();
  const [editing, setEditing] = useState<Location | 'new' | null>(null);
  const add = <Button onClick={() => setEditing('new')}>{t('location.add')}</Button>;
  return (
    <Page title={t('title')} actions={add} scrollKey="locations">
      <div className={styles.nav}>
        <StockNav active="locations" />
      </div>
      <p className={styles.lead}>{t('location.words')}</p>
      {locations.error && !locations.data && (
        <ErrorState error={locations.error} onRetry={() => void locations.refetch()} />
      )}
      {locations.data?.length === 0 && (
        <EmptyState title={t('location.none')}>{t('location.noneWords')}</EmptyState>
      )}
      {locations.data && locations.data.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('location.name')}</th>
              <th scope="col">{t('location.state')}</th>
              <th scope="col">{t('location.serves')}</th>
              <th scope="col">{t('location.address')}</th>
              <th scope="col">{t('location.places')}</th>
              <th scope="col" className={styles.end}>
                {t('location.rank')}
              </th>
              <th scope="col">
                <span className="sr">{t('edit')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {locations.data.map((each) => (
              <Row key={each.id} location={each} onEdit={() => setEditing(each)} />
            ))}
          </tbody>
        </table>
      )}
      {editing && (
        <LocationForm
          location={editing === 'new' ? undefined : editing}
          others={(locations.data ?? []).filter(({ active, channel }) => active && channel === null)}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}

function Row({ location, onEdit }: { location: Location; onEdit: () => void }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const { address } = location;
  const town = [address.postal_code, address.city].filter(Boolean).join(' ');
  return (
    <tr>
      <td>
        <bdi className={styles.name}>{location.name}</bdi>
        {location.default && <span className={styles.soft}> {t('location.usual')}</span>}
      </td>
      <td>
        {location.channel !== null ? (
          <StateBadge state="quiet">{t('location.kept', { channel: location.channel })}</StateBadge>
        ) : (
          <StateBadge state={location.active ? 'fine' : 'quiet'}>
            {t(location.active ? 'location.open' : 'location.closed')}
          </StateBadge>
        )}
      </td>
      <td>{location.serves.join(', ')}</td>
      <td>
        <bdi>{[address.line1, town, address.country].filter(Boolean).join(', ')}</bdi>
      </td>
      <td>
        <bdi>
          {location.places.map(({ channel, name, place }) => `${channel}: ${name || place}`).join(', ')}
        </bdi>
      </td>
      <td className={styles.end}>{location.channel === null ? formatCount(location.rank, language) : ''}</td>
      <td className={styles.end}>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label={t('location.editOne', { name: location.name })}
          onClick={onEdit}
        >
          {t('edit')}
        </Button>
      </td>
    </tr>
  );
}
