import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Location, useLocations, useStockMarks } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { Awaited, EmptyState, Page, PlainTable, StateBadge, StockNav, Walk } from '@/ui';
import { LocationForm } from './LocationForm';
import styles from './places.module.css';

/** Where stock lies, in the order in which orders are routed to it. */
export function LocationsPage() {
  const { t } = useTranslation('places');
  const locations = useLocations();
  const [editing, setEditing] = useState<Location | 'new' | null>(null);
  useKeys(t('nav.locations'), [{ keys: 'n', label: t('location.add'), run: () => setEditing('new') }]);
  const add = <Button onClick={() => setEditing('new')}>{t('location.add')}</Button>;
  return (
    <Page title={t('nav.locations')} actions={(locations.data?.length ?? 0) > 0 && add} scrollKey="locations">
      <StockNav active="locations" marks={useStockMarks()} />
      <p className={styles.lead}>{t('location.words')}</p>
      <Awaited query={locations} />
      {locations.data?.length === 0 && (
        <EmptyState
          title={t('location.none')}
          actions={
            <>
              {add}
              <Button variant="default" component="a" href="#/stock">
                {t('location.count')}
              </Button>
            </>
          }
        >
          {t('location.noneWords')}
        </EmptyState>
      )}
      {locations.data && locations.data.length > 0 && (
        <Walk label={t('nav.locations')}>
          <PlainTable
            heads={[
              t('location.name'),
              t('location.state'),
              t('location.serves'),
              t('location.address'),
              t('location.places'),
              { label: t('location.rank'), number: true },
              { label: t('edit'), silent: true },
            ]}
          >
            <tbody>
              {locations.data.map((each) => (
                <Row key={each.id} location={each} onEdit={() => setEditing(each)} />
              ))}
            </tbody>
          </PlainTable>
        </Walk>
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
        {location.default && <span className="soft"> {t('location.usual')}</span>}
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
      <td data-number>{location.channel === null ? formatCount(location.rank, language) : ''}</td>
      <td data-number>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          data-row
          aria-label={t('location.editOne', { name: location.name })}
          onClick={onEdit}
        >
          {t('edit')}
        </Button>
      </td>
    </tr>
  );
}
