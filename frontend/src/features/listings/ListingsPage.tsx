import { Button, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type LinkPlanDraft, type SuggestedListing, useChannels, useListingInbox, useSuggested } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { useSearchParams } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { Beside, isEmpty, ListBar, noSelection, Page, type Selection, Tabs } from '@/ui';
import { IgnoreDialog } from './IgnoreDialog';
import { Inbox } from './Inbox';
import { LinkPlanDialog } from './LinkPlanDialog';
import { ListingPanel } from './ListingPanel';
import styles from './listings.module.css';
import { MakeDialog } from './MakeDialog';
import { useLinking } from './useLinking';
import { bestOf } from './words';

type Tab = 'unlinked' | 'ignored';

/** What channels offer that is no product yet: each with what it may be, to be linked one by one or by the hundred. */
export function ListingsPage() {
  const { t } = useTranslation('listings');
  const { language } = useLocale();
  const [params, setParams] = useSearchParams();
  const tab: Tab = params.tab === 'ignored' ? 'ignored' : 'unlinked';
  const channel = params.channel ?? '';
  const list = useSuggested(tab, channel);
  const inbox = useListingInbox().data;
  const channels = useChannels().data ?? [];
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.listings) ?? [], [list.data]);
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [plan, setPlan] = useState<LinkPlanDraft | null>(null);
  const [making, setMaking] = useState<SuggestedListing | null>(null);
  const [ignoring, setIgnoring] = useState<SuggestedListing[] | null>(null);
  const linking = useLinking(() => setParams({ peek: undefined }));
  const at = (): SuggestedListing | undefined => {
    const id = params.peek ?? recall<string | null>('listings.cursor', null);
    return rows.find((row) => row.id === id);
  };
  const take = (place: number) => {
    const listing = at();
    const suggestion = listing?.suggestions[place];
    if (listing && suggestion) linking.take(listing, suggestion);
  };
  const chosen = rows.filter(({ id }) => selection.ids.has(id));
  const ignore = () => {
    const listing = at();
    if (!isEmpty(selection)) setIgnoring(chosen);
    else if (listing) setIgnoring([listing]);
  };
  const restore = () => {
    const listing = at();
    if (listing) linking.restore(listing);
  };
  useKeys(
    t('title'),
    tab === 'ignored'
      ? [{ keys: 'i', label: t('panel.restore'), run: restore }]
      : [
          { keys: 'Enter', label: t('key.accept'), run: () => take(0) },
          { keys: '1', label: t('key.first'), run: () => take(0) },
          { keys: '2', label: t('key.second'), run: () => take(1) },
          { keys: '3', label: t('key.third'), run: () => take(2) },
          { keys: 'n', label: t('key.make'), run: () => setMaking(at() ?? null) },
          { keys: 'i', label: t('key.ignore'), run: ignore },
        ],
  );
  const peeked = rows.find(({ id }) => id === params.peek);
  const exact = inbox?.exact ?? 0;
  const likely = inbox?.likely ?? 0;
  const number = (count: number) => ({ count, number: formatCount(count, language) });
  return (
    <Page
      title={t('title')}
      actions={
        <>
          <Button variant="subtle" color="gray" component="a" href="#/prices">
            {t('rules')}
          </Button>
          {tab === 'unlinked' && likely > 0 && (
            <Button variant="default" onClick={() => setPlan({ sure: 'likely' })}>
              {t('linkLikely', number(exact + likely))}
            </Button>
          )}
          {tab === 'unlinked' && exact > 0 && (
            <Button onClick={() => setPlan({ sure: 'exact' })}>{t('linkAll', number(exact))}</Button>
          )}
        </>
      }
    >
      <Tabs
        label={t('title')}
        active={tab}
        onChange={(next) => {
          setSelection(noSelection);
          setParams({ tab: next === 'ignored' ? next : undefined, peek: undefined });
        }}
        tabs={[
          { id: 'unlinked', label: t('tab.unlinked'), count: inbox?.unlinked },
          { id: 'ignored', label: t('tab.ignored'), count: inbox?.ignored },
        ]}
      />
      <ListBar>
        <Select
          className={styles.channel}
          aria-label={t('channel')}
          placeholder={t('allChannels')}
          clearable
          value={channel || null}
          data={channels.map(({ name }) => name)}
          onChange={(name) => setParams({ channel: name ?? undefined, peek: undefined })}
        />
      </ListBar>
      <Beside
        peek={
          peeked && (
            <ListingPanel
              key={peeked.id}
              listing={peeked}
              busy={linking.busy}
              onTake={(choice) => linking.take(peeked, choice)}
              onMake={() => setMaking(peeked)}
              onIgnore={() => setIgnoring([peeked])}
              onRestore={() => linking.restore(peeked)}
              onClose={() => setParams({ peek: undefined })}
            />
          )
        }
      >
        <Inbox
          tab={tab}
          list={list}
          rows={rows}
          resetKey={`${tab} ${channel}`}
          peeked={params.peek ?? null}
          onPeek={(listing) => setParams({ peek: listing?.id })}
          selection={selection}
          onSelection={setSelection}
          onLink={() =>
            setPlan({
              links: chosen.flatMap((listing) => {
                const best = bestOf(listing);
                return best
                  ? [{ listing: listing.id, variant: best.variant.id, pack: String(best.pack) }]
                  : [];
              }),
            })
          }
          onIgnore={ignore}
        />
      </Beside>
      {plan && (
        <LinkPlanDialog
          draft={plan}
          onClose={() => setPlan(null)}
          onDone={() => setSelection(noSelection)}
          back={linking.back}
        />
      )}
      {making && <MakeDialog listing={making} onClose={() => setMaking(null)} onMake={linking.make} />}
      {ignoring && (
        <IgnoreDialog
          listings={ignoring}
          onClose={() => setIgnoring(null)}
          onDone={() => {
            setSelection(noSelection);
            setParams({ peek: undefined });
          }}
          back={linking.back}
        />
      )}
    </Page>
  );
}
