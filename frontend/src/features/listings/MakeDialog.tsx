import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SuggestedListing } from '@/api';
import { Confirm } from '@/ui';

interface Props {
  listing: SuggestedListing;
  onClose: () => void;
  onMake: (listing: SuggestedListing, create: { sku: string; title: string }) => void;
}

/** A product made of a listing. */
export function MakeDialog({ listing, onClose, onMake }: Props) {
  const { t } = useTranslation('listings');
  const [sku, setSku] = useState(listing.sku);
  const [title, setTitle] = useState(listing.title);
  return (
    <Confirm
      title={t('make.title')}
      action={t('make.go')}
      disabled={sku.trim() === ''}
      onClose={onClose}
      onConfirm={() => {
        onMake(listing, { sku: sku.trim(), title: title.trim() });
        onClose();
      }}
    >
      <p>{t('make.words')}</p>
      <TextInput
        label={t('make.sku')}
        value={sku}
        onChange={(event) => setSku(event.currentTarget.value)}
        required
      />
      <TextInput
        mt="xs"
        label={t('make.name')}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
    </Confirm>
  );
}
