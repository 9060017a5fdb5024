import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StocktakeReport, sheetHref, useDiscardStocktake, useStocktake, useUndoRun } from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { href, useGo, useSearchParams } from '@/lib/nav';
import { Awaited, Confirm, Money, NoticeLine, Page, StateBadge, showDone, Tabs } from '@/ui';
import { CloseForm } from './CloseForm';
import { Counting } from './Counting';
import styles from './places.module.css';
import { Unknown } from './Unknown';
import { Variance } from './Variance';
import { stocktakeState } from './words';

export function StocktakePage({ id }: { id: string }) {
  const { t } = useTranslation('places');
  const query = useStocktake(id);
  if (query.data) return <Shown key={id} stocktake={query.data} />;
  return (
    <Page
      title={t('stocktake.one')}
      within={{ href: '#/stock/stocktakes', name: t('nav.stocktakes') }}
      scrollKey={`stocktake.${id}`}
    >
      <Awaited query={query} />
    </Page>
  );
}

type Tab = 'count' | 'all' | 'differ' | 'missing' | 'unknown';

function Shown({ stocktake }: { stocktake: StocktakeReport }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const open = stocktake.state === 'open';
  const tab = (params.tab ?? (open ? 'count' : 'differ')) as Tab;
  const [asking, setAsking] = useState<'close' | 'discard' | null>(null);
  const discard = useDiscardStocktake();
  const back = () => go('/stock/stocktakes');
  useKeys(stocktake.name, [
    ...backKeys(t('stocktake.all'), back),
    ...(open ? [{ keys: 'c', label: t('stocktake.tab.count'), run: () => setParams({ tab: 'count' }) }] : []),
    { keys: 'v', label: t('stocktake.tab.differ'), run: () => setParams({ tab: 'differ' }) },
  ]);
  const tabs: { id: Tab; count?: number }[] = [
    ...(open ? [{ id: 'count' as const }] : []),
    { id: 'differ' },
    { id: 'all', count: stocktake.lines },
    { id: 'missing', count: stocktake.lines - stocktake.counted },
    { id: 'unknown', count: stocktake.unknown },
  ];
  return (
    <Page
      title={<bdi>{stocktake.name}</bdi>}
      within={{ href: '#/stock/stocktakes', name: t('nav.stocktakes') }}
      beside={
        <StateBadge state={stocktake.undone ? 'quiet' : stocktakeState[stocktake.state]}>
          {t(stocktake.undone ? 'takenBack' : `stocktake.state.${stocktake.state}`)}
        </StateBadge>
      }
      actions={
        <>
          <Button variant="default" component="a" href={sheetHref(stocktake.id, 'pdf')} download>
            {t('stocktake.print')}
          </Button>
          <Button variant="default" component="a" href={sheetHref(stocktake.id, 'csv')} download>
            {t('stocktake.csv')}
          </Button>
          {open && (
            <Button variant="default" onClick={() => setAsking('discard')}>
              {t('stocktake.discard')}
            </Button>
          )}
          {(open || stocktake.state === 'closing') && (
            <Button onClick={() => setAsking('close')}>{t('stocktake.close')}</Button>
          )}
        </>
      }
    >
      <Totals stocktake={stocktake} />
      <Tabs
        label={t('stocktake.one')}
        active={tab}
        tabs={tabs.map((each) => ({ ...each, label: t(`stocktake.tab.${each.id}`) }))}
        onChange={(next) => setParams({ tab: next })}
      />
      {(tab === 'all' || tab === 'differ' || tab === 'missing') && (
        <Variance key={tab} stocktake={stocktake} which={tab === 'all' ? '' : tab} />
      )}
      {(tab === 'count' || tab === 'unknown') && (
        <div className={styles.below}>
          {tab === 'count' ? <Counting stocktake={stocktake} /> : <Unknown stocktake={stocktake} />}
        </div>
      )}
      {asking === 'close' && <CloseForm stocktake={stocktake} onClose={() => setAsking(null)} />}
      {asking === 'discard' && (
        <Confirm
          title={t('stocktake.discard')}
          action={t('stocktake.discard')}
          busy={discard.isPending}
          danger
          onConfirm={() =>
            discard.mutate({ id: stocktake.id, etag: stocktake.etag }, { onSuccess: () => setAsking(null) })
          }
          onClose={() => setAsking(null)}
        >
          {t('stocktake.discardWords', { number: formatCount(stocktake.counted, language) })}
        </Confirm>
      )}
    </Page>
  );
}

/** How far it is, and what it comes to. */
function Totals({ stocktake }: { stocktake: StocktakeReport }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const undo = useUndoRun();
  const number = (text: unknown) => formatQuantity(String(text), language);
  const differs = !isZero(String(stocktake.over)) || !isZero(String(stocktake.short));
  return (
    <>
      <p className={styles.totals}>
        <bdi>{stocktake.location}</bdi>
        {' · '}
        {t('stocktake.countedOf', {
          counted: formatCount(stocktake.counted, language),
          lines: formatCount(stocktake.lines, language),
        })}
        {differs && (
          <>
            {' · '}
            {t('stocktake.over', { number: number(stocktake.over) })}
            {', '}
            {t('stocktake.short', { number: number(stocktake.short) })}
          </>
        )}
        {stocktake.values.map(({ currency, value }) => (
          <span key={currency}>
            {' · '}
            {t('stocktake.worth')} <Money amount={String(value)} currency={currency} />
          </span>
        ))}
        {stocktake.uncost > 0 && (
          <span className="soft"> {t('stocktake.uncost', { count: stocktake.uncost })}</span>
        )}
      </p>
      {stocktake.run !== null && stocktake.state === 'closed' && !stocktake.undone && (
        <NoticeLine
          state="fine"
          action={
            <Button
              size="compact-sm"
              variant="default"
              loading={undo.isPending}
              onClick={() =>
                undo.mutate(stocktake.run ?? '', { onSuccess: () => showDone(t('stocktake.undone')) })
              }
            >
              {t('stocktake.undo')}
            </Button>
          }
        >
          {t('stocktake.written')} <a href={href(`/activity/${stocktake.run}`)}>{t('run')}</a>
        </NoticeLine>
      )}
    </>
  );
}
