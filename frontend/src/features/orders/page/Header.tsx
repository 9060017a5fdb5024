import { ActionIcon, Button } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Order, OrderPushed, OrderWrite } from '@/api';
import { Tell } from './Tell';

interface Props {
  order: Order;
  near: { previous: string | null; next: string | null };
  onGo: (id: string | null) => void;
  onHold: () => void;
  onLink?: () => void;
  writes: readonly OrderWrite[];
  /** What was told already: a shipment is not offered twice as the next step. */
  pushes: readonly OrderPushed[];
  onTell: (write: OrderWrite) => void;
}

/** Previous and next, hold or release, and the next action as the only filled button. */
export function HeaderActions({ order, near, onGo, onHold, onLink, writes, pushes, onTell }: Props) {
  const { t } = useTranslation('orders');
  const open = order.stage === 'to_ship' || order.stage === 'open';
  const told = pushes.some(
    ({ operation, state }) => operation === 'order.ship' && state !== 'rejected' && state !== 'superseded',
  );
  const ship =
    order.stage === 'to_ship' && !order.held && !told
      ? writes.find(({ operation, refused }) => operation === 'order.ship' && refused === '')
      : undefined;
  return (
    <>
      <ActionIcon
        disabled={near.previous === null}
        onClick={() => onGo(near.previous)}
        aria-label={t('keys.previous')}
      >
        <IconChevronUp size={17} />
      </ActionIcon>
      <ActionIcon disabled={near.next === null} onClick={() => onGo(near.next)} aria-label={t('keys.next')}>
        <IconChevronDown size={17} />
      </ActionIcon>
      {(open || order.held) && (
        <Button variant={order.held && !onLink ? 'filled' : 'default'} onClick={onHold}>
          {order.held ? t('bulk.release') : t('bulk.hold')}
        </Button>
      )}
      <Tell writes={writes} onTell={onTell} />
      {onLink && <Button onClick={onLink}>{t('linkItems')}</Button>}
      {ship && !onLink && <Button onClick={() => onTell(ship)}>{t('tell.menu.ship')}</Button>}
    </>
  );
}
