import { Button, Drawer } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Listing, useLinkListing, useListings, useUnlinkListing } from '@/api';
import { EmptyState, ErrorState, showDone } from '@/ui';
import { LinkForm } from '../page/LinkForm';
import styles from './LinkDrawer.module.css';

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** All SKUs no product is linked to: one link settles every order that has it. */
export function LinkDrawer({ opened, onClose }: Props) {
  const { t } = useTranslation('orders');
  return (
    <Drawer opened={opened} onClose={onClose} title={t('link.drawer')} size="min(640px, 80vw)">
      {opened && <Listings />}
    </Drawer>
  );
}

function Listings() {
  const { t } = useTranslation('orders');
  const list = useListings(true);
  const listings = list.data?.pages.flatMap((page) => page.listings) ?? [];
  const [open, setOpen] = useState<string | null>(null);
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.isPending && listings.length === 0) {
    return <EmptyState title={t('link.noneTitle')}>{t('link.noneWords')}</EmptyState>;
  }
  return (
    <>
      <p className={styles.words}>{t('link.words')}</p>
      {listings.map((listing) => (
        <div key={listing.id} className={styles.item}>
          <Head listing={listing} onChoose={() => setOpen(open === listing.id ? null : listing.id)} />
          {open === listing.id && (
            <LinkForm
              listing={listing.id}
              sku={listing.sku}
              title={listing.title}
              suggestion={listing.suggestion}
              onDone={() => setOpen(null)}
            />
          )}
        </div>
      ))}
      {list.hasNextPage && (
        <Button variant="subtle" mt="md" onClick={() => void list.fetchNextPage()}>
          {t('link.more')}
        </Button>
      )}
    </>
  );
}

function Head({ listing, onChoose }: { listing: Listing; onChoose: () => void }) {
  const { t } = useTranslation('orders');
  const link = useLinkListing();
  const unlink = useUnlinkListing();
  const { suggestion } = listing;
  return (
    <div className={styles.head}>
      <div className={styles.what}>
        <div className={styles.title}>
          <bdi className="ellipsis">{listing.title}</bdi>
        </div>
        <div className="meta">
          <span className="mono">{listing.sku}</span>
          {` · ${t('link.where', { channel: listing.channel, count: listing.orders })}`}
        </div>
      </div>
      {suggestion && (
        <Button
          variant="default"
          disabled={link.isPending}
          onClick={() =>
            link.mutate(
              { id: listing.id, variant: suggestion.id },
              {
                onSuccess: () =>
                  showDone(t('link.done', { sku: suggestion.sku }), () => unlink.mutate(listing.id)),
              },
            )
          }
        >
          {t('link.to', { sku: suggestion.sku })}
        </Button>
      )}
      <Button variant="subtle" color="gray" onClick={onChoose}>
        {t('link.other')}
      </Button>
    </div>
  );
}
