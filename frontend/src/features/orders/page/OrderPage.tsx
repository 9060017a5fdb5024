import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type OrderLine,
  type OrderParcel,
  type OrderWrite,
  prefetchOrder,
  type OrderPage as Shown,
  useOrderPage,
} from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { href, useGo } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { Awaited, Page, Section, When } from '@/ui';
import { Details } from './Details';
import { HeaderActions } from './Header';
import { LineList } from './LineList';
import { LinkDialog } from './LinkDialog';
import { MoneyRows } from './MoneyRows';
import styles from './OrderPage.module.css';
import { OrderTimeline } from './OrderTimeline';
import { Parcels } from './Parcels';
import { People } from './People';
import { RawMessage } from './RawMessage';
import { Route } from './Route';
import { States } from './States';
import { TagEditor } from './TagEditor';
import { TellDialog } from './TellDialog';
import { useOneBulk } from './useOneBulk';

export function OrderPage({ id }: { id: string }) {
  const { t } = useTranslation('orders');
  const page = useOrderPage(id);
  if (page.data) return <Order key={id} page={page.data} />;
  return (
    <Page
      title={t('oneTitle')}
      within={{ href: href(recall('nav.orders', '/orders')), name: t('title') }}
      scrollKey={`order.${id}`}
    >
      <Awaited query={page} />
    </Page>
  );
}

function Order({ page }: { page: Shown }) {
  const { t } = useTranslation('orders');
  const { order } = page;
  const change = useOneBulk(order.id);
  const [raw, setRaw] = useState<string | null>(null);
  const [linking, setLinking] = useState<OrderLine | null>(null);
  const [tagging, setTagging] = useState(false);
  const [telling, setTelling] = useState<OrderWrite | null>(null);
  const [correcting, setCorrecting] = useState<OrderParcel | null>(null);
  const near = useNeighbours(page);
  const go = useGo();
  const to = (id: string | null) => id !== null && go(`/orders/${id}`, 'replace');
  const firstRaw = page.timeline.find(({ message }) => message !== null)?.message ?? null;
  const unlinked = order.lines.find(
    (line) => !line.charge && line.linked_sku === null && line.listing !== null,
  );
  const tellable = (operation: OrderWrite['operation']) =>
    page.writes.find((write) => write.operation === operation && write.refused === '');
  const ship = tellable('order.ship');
  const status = tellable('order.status');
  useKeys(t('oneTitle'), [
    { keys: 'j', label: t('keys.next'), run: () => to(near.next) },
    { keys: 'k', label: t('keys.previous'), run: () => to(near.previous) },
    ...backKeys(t('keys.back'), () => go(recall('nav.orders', '/orders'))),
    { keys: 't', label: t('bulk.tag'), run: () => setTagging(true) },
    order.held
      ? { keys: 'r', label: t('bulk.release'), run: () => void change('release') }
      : { keys: 'h', label: t('bulk.hold'), run: () => void change('hold') },
    ...(unlinked ? [{ keys: 'l', label: t('line.link'), run: () => setLinking(unlinked) }] : []),
    ...(ship ? [{ keys: 's', label: t('tell.menu.ship'), run: () => setTelling(ship) }] : []),
    ...(status ? [{ keys: 'e', label: t('tell.menu.status'), run: () => setTelling(status) }] : []),
    ...(firstRaw ? [{ keys: 'v', label: t('timeline.raw'), run: () => setRaw(firstRaw) }] : []),
  ]);
  return (
    <Page
      title={<bdi>{order.number}</bdi>}
      within={{ href: href(recall('nav.orders', '/orders')), name: t('title') }}
      beside={<States order={order} />}
      actions={
        <HeaderActions
          order={order}
          near={near}
          onGo={to}
          onHold={() => void change(order.held ? 'release' : 'hold')}
          onLink={unlinked && (() => setLinking(unlinked))}
          writes={page.writes}
          pushes={page.pushes}
          onTell={setTelling}
        />
      }
      scrollKey={`order.${order.id}`}
    >
      <p className={styles.sub}>
        {order.channel}
        {order.placed_at && (
          <>
            {' · '}
            {t('placedAt')} <When at={order.placed_at} precision={order.placed_precision} />
          </>
        )}
        {order.ship_by && order.stage === 'to_ship' && (
          <>
            {' · '}
            {t('shipBy')} <When at={order.ship_by} />
          </>
        )}
      </p>
      <div className={styles.columns}>
        <div className={styles.left}>
          <Section title={t('items', { count: order.lines.length })}>
            <LineList order={order} onLink={setLinking} />
            <div className={styles.money}>
              <MoneyRows page={page} />
            </div>
          </Section>
          <OrderTimeline entries={page.timeline} pushes={page.pushes} onRaw={setRaw} />
        </div>
        <aside>
          <TagEditor
            order={order}
            adding={tagging}
            onAdding={setTagging}
            onTag={(tag) => void change('tag', tag)}
            onUntag={(tag) => void change('untag', tag)}
          />
          <Route id={order.id} />
          <Parcels
            page={page}
            onCorrect={(write, parcel) => {
              setCorrecting(parcel);
              setTelling(write);
            }}
          />
          <People people={page.people} />
          <Details page={page} />
        </aside>
      </div>
      <RawMessage id={raw} onClose={() => setRaw(null)} />
      <LinkDialog line={linking} onClose={() => setLinking(null)} />
      {telling && (
        <TellDialog
          order={order}
          write={telling}
          corrects={correcting}
          onClose={() => {
            setTelling(null);
            setCorrecting(null);
          }}
        />
      )}
    </Page>
  );
}

/** The orders before and after: as in the list one came from, else by date. Both are read ahead. */
function useNeighbours(page: Shown) {
  const client = useQueryClient();
  const sequence = recall<string[]>('orders.sequence', []);
  const place = sequence.indexOf(page.order.id);
  const previous = place < 0 ? page.previous : (sequence[place - 1] ?? null);
  const next = place < 0 ? page.next : (sequence[place + 1] ?? null);
  useEffect(() => {
    for (const id of [previous, next]) if (id !== null) void prefetchOrder(client, id);
  }, [client, previous, next]);
  return { previous, next };
}
