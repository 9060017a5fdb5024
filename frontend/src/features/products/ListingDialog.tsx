import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Listing, useChangeListing } from '@/api';
import { Confirm, showDone } from '@/ui';

/** What a person says of one listing: its pack, and a title and price of its own. */
export function ListingDialog({ listing, onClose }: { listing: Listing; onClose: () => void }) {
  const { t } = useTranslation('listings');
  const [pack, setPack] = useState(String(listing.pack));
  const [price, setPrice] = useState(listing.own_price ?? '');
  const [title, setTitle] = useState(listing.own_title ?? '');
  const save = useChangeListing();
  const problem = save.error instanceof ApiError ? save.error.problem : null;
  const wrong = (field: string) =>
    problem?.field === field ? `${problem.detail} ${problem.remedy}` : undefined;
  const name = listing.sku || listing.title;
  return (
    <Confirm
      title={t('edit.title', { name, channel: listing.channel })}
      action={t('edit.save')}
      busy={save.isPending}
      onClose={onClose}
      onConfirm={() =>
        save.mutate(
          { id: listing.id, etag: listing.etag, pack, own_price: price.trim(), own_title: title.trim() },
          {
            onSuccess: () => {
              onClose();
              showDone(t('of.changed', { name }));
            },
          },
        )
      }
    >
      <TextInput
        label={t('edit.pack')}
        value={pack}
        error={wrong('pack')}
        onChange={(event) => setPack(event.currentTarget.value.trim())}
      />
      <TextInput
        mt="xs"
        label={t('edit.ownPrice')}
        description={t('edit.ownPriceHint')}
        value={price}
        error={wrong('own_price')}
        onChange={(event) => setPrice(event.currentTarget.value)}
      />
      <TextInput
        mt="xs"
        label={t('edit.ownTitle')}
        description={t('edit.ownTitleHint')}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
    </Confirm>
  );
}
