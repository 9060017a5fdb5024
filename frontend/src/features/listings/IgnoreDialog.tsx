import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SuggestedListing, useIgnoreListing } from '@/api';
import { Confirm, showDone } from '@/ui';
import { nameOf } from './words';

interface Props {
  listings: readonly SuggestedListing[];
  onClose: () => void;
  onDone: () => void;
  back: (run: string | null) => (() => void) | undefined;
}

/** Takes listings off the inbox, with the reason. */
export function IgnoreDialog({ listings, onClose, onDone, back }: Props) {
  const { t } = useTranslation('listings');
  const ignore = useIgnoreListing();
  const [kind, setKind] = useState(t('ignore.card'));
  const [other, setOther] = useState('');
  const reason = kind === t('ignore.other') ? other.trim() : kind;
  const name = listings.map(nameOf).slice(0, 3).join(', ') + (listings.length > 3 ? ' …' : '');
  const go = async () => {
    let run: string | null = null;
    for (const listing of listings) run = (await ignore.mutateAsync({ id: listing.id, reason })).run;
    onClose();
    onDone();
    showDone(t('ignored', { name }), listings.length === 1 ? back(run) : undefined);
  };
  return (
    <Confirm
      title={t('ignore.title')}
      action={t('ignore.go')}
      busy={ignore.isPending}
      disabled={reason === ''}
      onClose={onClose}
      onConfirm={() => void go()}
    >
      <p>{t('ignore.words', { name })}</p>
      <Select
        label={t('ignore.reason')}
        data={[t('ignore.card'), t('ignore.service'), t('ignore.other')]}
        value={kind}
        allowDeselect={false}
        onChange={(next) => setKind(next ?? kind)}
      />
      {kind === t('ignore.other') && (
        <TextInput
          mt="xs"
          aria-label={t('ignore.reason')}
          value={other}
          onChange={(event) => setOther(event.currentTarget.value)}
        />
      )}
    </Confirm>
  );
}
