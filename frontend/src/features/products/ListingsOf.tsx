import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Listing, type Product, useChannels, useListingsOf, useUndoRun, useUnlink } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Awaited, ChannelMark, Confirm, Money, PlainTable, Section, showDone } from '@/ui';
import { ListingDialog } from './ListingDialog';

const nameOf = (listing: Listing): string => listing.sku || listing.title;

/** By which listings the channels offer a variant: pack, price there and as it should be, with the reason. */
export function ListingsOf({ product }: { product: Product }) {
  const { t } = useTranslation('listings');
  const { language } = useLocale();
  const channels = useChannels().data;
  const list = useListingsOf(product.id);
  const [editing, setEditing] = useState<Listing | null>(null);
  const [leaving, setLeaving] = useState<Listing | null>(null);
  const unlink = useUnlink();
  const undo = useUndoRun();
  const listings = list.data?.pages.flatMap((page) => page.listings) ?? [];
  return (
    <Section title={t('of.title')}>
      <Awaited query={list} lines={3} />
      {list.data && listings.length === 0 && <p className="soft">{t('of.none')}</p>}
      {listings.length > 0 && (
        <PlainTable
          heads={[
            t('column.channel'),
            t('of.listing'),
            { label: t('of.pack'), number: true },
            { label: t('of.there'), number: true },
            { label: t('of.wanted'), number: true },
            t('column.why'),
            { label: t('of.edit'), silent: true },
          ]}
        >
          <tbody>
            {listings.map((listing) => (
              <tr key={listing.id}>
                <td>
                  <ChannelMark
                    name={listing.channel}
                    kind={channels?.find(({ name }) => name === listing.channel)?.kind ?? ''}
                  />
                </td>
                <td>
                  <bdi className="mono">{listing.sku}</bdi> <bdi>{listing.own_title ?? listing.title}</bdi>
                </td>
                <td data-number>{listing.pack}</td>
                <td data-number>
                  <Money amount={listing.price} currency={listing.currency} />
                </td>
                <td data-number>
                  {listing.wanted?.price ? (
                    <Money amount={listing.wanted.price} currency={listing.wanted.currency} />
                  ) : (
                    <span className="soft">{t('of.noPrice')}</span>
                  )}
                </td>
                <td className="soft">{listing.wanted?.why}</td>
                <td data-number>
                  <Button size="compact-sm" variant="subtle" onClick={() => setEditing(listing)}>
                    {t('of.edit')}
                  </Button>
                  <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setLeaving(listing)}>
                    {t('of.unlink')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
      )}
      {editing && <ListingDialog listing={editing} onClose={() => setEditing(null)} />}
      {leaving && (
        <Confirm
          title={t('of.unlinkTitle', { name: nameOf(leaving) })}
          action={t('of.unlink')}
          busy={unlink.isPending}
          onClose={() => setLeaving(null)}
          onConfirm={() =>
            unlink.mutate(leaving.id, {
              onSuccess: ({ run }) => {
                setLeaving(null);
                showDone(
                  t('unlinked', { name: nameOf(leaving) }),
                  run === null ? undefined : () => undo.mutate(run),
                );
              },
            })
          }
        >
          {t('of.unlinkWords', { count: leaving.orders, number: formatCount(leaving.orders, language) })}
        </Confirm>
      )}
    </Section>
  );
}
