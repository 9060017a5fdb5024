import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type OrderRow, useOrderPage } from '@/api';
import { Awaited, ChannelMark, Facts, PeekPart, SidePeek, When } from '@/ui';
import { LineList } from '../page/LineList';
import { MoneyRows } from '../page/MoneyRows';
import { AddressLines } from '../page/People';
import { States } from '../page/States';
import { Tags } from './columns';
import styles from './Peek.module.css';

interface Props {
  id: string;
  row: OrderRow | undefined;
  onOpen: () => void;
  onClose: () => void;
}

/** An order beside the list. What the row knows is there at once, the rest a moment later. */
export function OrderPeek({ id, row, onOpen, onClose }: Props) {
  const { t } = useTranslation('orders');
  const page = useOrderPage(id);
  const order = page.data?.order;
  const head = order ?? row;
  const shipTo = page.data?.people.find(({ role }) => role === 'ship_to') ?? page.data?.people[0];
  return (
    <SidePeek
      title={<bdi>{head?.number}</bdi>}
      actions={
        <Button variant="default" onClick={onOpen}>
          {t('open')}
        </Button>
      }
      onClose={onClose}
    >
      {head && (
        <>
          <div className={styles.states}>
            <States order={head} />
          </div>
          <Facts
            items={[
              {
                label: t('column.channel'),
                value: <ChannelMark name={head.channel} kind={row?.kind ?? ''} />,
              },
              {
                label: t('column.placed'),
                value: head.placed_at && (
                  <When at={head.placed_at} precision={head.placed_precision} as="exact" />
                ),
              },
              { label: t('column.shipBy'), value: head.ship_by && <When at={head.ship_by} /> },
              { label: t('column.tags'), value: head.tags.length > 0 && <Tags tags={head.tags} /> },
            ]}
          />
        </>
      )}
      <Awaited query={page} />
      {page.data && order && (
        <>
          <PeekPart>
            <LineList order={order} />
          </PeekPart>
          <PeekPart>
            <MoneyRows page={page.data} />
          </PeekPart>
          {shipTo && (
            <PeekPart>
              <AddressLines person={shipTo} />
            </PeekPart>
          )}
        </>
      )}
    </SidePeek>
  );
}
