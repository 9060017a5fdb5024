import { useTranslation } from 'react-i18next';
import { type SuggestedListing, type Suggestion, useLink, useRestoreListing, useUndoRun } from '@/api';
import { showDone } from '@/ui';
import { nameOf } from './words';

/** Links one listing, says so, and offers to take it back. */
export function useLinking(onDone: () => void) {
  const { t } = useTranslation('listings');
  const link = useLink();
  const restore = useRestoreListing();
  const undo = useUndoRun();
  const back = (run: string | null) =>
    run === null ? undefined : () => undo.mutate(run, { onSuccess: () => showDone(t('undone')) });
  const say = (words: string) => (done: { run: string | null }) => {
    onDone();
    showDone(words, back(done.run));
  };
  return {
    busy: link.isPending || restore.isPending,
    back,
    take: (
      listing: SuggestedListing,
      { variant, pack }: Pick<Suggestion, 'variant'> & { pack: number | string },
    ) =>
      link.mutate(
        { id: listing.id, variant: variant.id, pack: String(pack) },
        { onSuccess: say(t('done', { name: nameOf(listing), sku: variant.sku })) },
      ),
    make: (listing: SuggestedListing, create: { sku: string; title: string }) =>
      link.mutate(
        { id: listing.id, create },
        { onSuccess: say(t('made', { name: nameOf(listing), sku: create.sku })) },
      ),
    restore: (listing: SuggestedListing) =>
      restore.mutate(listing.id, { onSuccess: say(t('restored', { name: nameOf(listing) })) }),
  };
}
