import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SuggestedListing, useVariants, type Variant } from '@/api';
import { Facts, Money, PeekPart, SidePeek, StateBadge } from '@/ui';
import styles from './listings.module.css';
import { Touches } from './Touches';
import { nameOf, stateOf } from './words';

interface Choice {
  variant: Variant;
  pack: string;
}

interface Props {
  listing: SuggestedListing;
  busy: boolean;
  onTake: (choice: Choice) => void;
  onMake: () => void;
  onIgnore: () => void;
  onRestore: () => void;
  onClose: () => void;
}

/** One listing: what it may be and why, and what a link would touch before it is made. */
export function ListingPanel({ listing, busy, onTake, onMake, onIgnore, onRestore, onClose }: Props) {
  const { t } = useTranslation('listings');
  const first = listing.suggestions[0];
  const [choice, setChoice] = useState<Choice | null>(
    first ? { variant: first.variant, pack: String(first.pack) } : null,
  );
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const found = useVariants(asked, asked !== '').data ?? [];
  const others = asked === '' ? [] : found.slice(0, 8);
  return (
    <SidePeek title={<bdi>{nameOf(listing)}</bdi>} onClose={onClose}>
      <Facts
        items={[
          { label: t('column.channel'), value: listing.channel },
          { label: t('column.listing'), value: listing.sku !== '' && <bdi>{listing.title}</bdi> },
          { label: t('panel.gtin'), value: listing.gtin && <span className="mono">{listing.gtin}</span> },
          {
            label: t('panel.price'),
            value: listing.price && <Money amount={listing.price} currency={listing.currency} />,
          },
          {
            label: t('column.orders'),
            value: listing.orders > 0 && (
              <a href={`#/orders?search=${encodeURIComponent(nameOf(listing))}`}>{listing.orders}</a>
            ),
          },
          { label: t('panel.ignoredBecause'), value: listing.ignored },
        ]}
      />
      {listing.ignored !== null ? (
        <Button variant="default" mt="md" disabled={busy} onClick={onRestore}>
          {t('panel.restore')}
        </Button>
      ) : (
        <>
          {listing.suggestions.length > 0 && (
            <PeekPart title={t('panel.suggestions')}>
              {listing.suggestions.map((suggestion, place) => (
                <button
                  key={suggestion.variant.id}
                  type="button"
                  className={styles.choice}
                  aria-pressed={choice?.variant.id === suggestion.variant.id}
                  onClick={() => setChoice({ variant: suggestion.variant, pack: String(suggestion.pack) })}
                >
                  <kbd className={styles.digit}>{place + 1}</kbd>
                  <span className={styles.choiceWords}>
                    <span className={styles.what}>
                      <bdi className="mono">{suggestion.variant.sku}</bdi>
                      <StateBadge state={stateOf[suggestion.sure]}>{t(`sure.${suggestion.sure}`)}</StateBadge>
                    </span>
                    <bdi>{suggestion.variant.title}</bdi>
                    <span className={styles.soft}>{suggestion.why}</span>
                  </span>
                </button>
              ))}
            </PeekPart>
          )}
          {choice && (
            <PeekPart title={t('panel.touches', { sku: choice.variant.sku })}>
              <Touches listing={listing.id} variant={choice.variant.id} pack={choice.pack} />
              <div className={styles.take}>
                <TextInput
                  label={t('panel.packs')}
                  w={140}
                  value={choice.pack}
                  onChange={(event) => setChoice({ ...choice, pack: event.currentTarget.value.trim() })}
                />
                <Button disabled={busy || choice.pack === ''} onClick={() => onTake(choice)}>
                  {t('panel.take')}
                </Button>
              </div>
            </PeekPart>
          )}
          <PeekPart>
            <TextInput
              label={t('panel.other')}
              placeholder={t('panel.find')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            {others.map((variant) => (
              <button
                key={variant.id}
                type="button"
                className={styles.choice}
                aria-pressed={choice?.variant.id === variant.id}
                onClick={() => setChoice({ variant, pack: choice?.pack ?? '1' })}
              >
                <span className={styles.choiceWords}>
                  <bdi className="mono">{variant.sku}</bdi>
                  <bdi>{variant.title}</bdi>
                </span>
              </button>
            ))}
          </PeekPart>
          <PeekPart>
            <div className={styles.take}>
              <Button variant="default" onClick={onMake}>
                {t('panel.make')}
              </Button>
              <Button variant="subtle" color="gray" onClick={onIgnore}>
                {t('panel.ignore')}
              </Button>
            </div>
          </PeekPart>
        </>
      )}
    </SidePeek>
  );
}
