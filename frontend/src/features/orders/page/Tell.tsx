import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OrderWrite } from '@/api';
import styles from './Tell.module.css';

type Telling = OrderWrite['operation'];

export const tellKey = {
  'order.ship': 'ship',
  'order.status': 'status',
  'order.refund': 'refund',
  'order.cancel': 'cancel',
} as const satisfies Record<Telling, string>;

interface Props {
  writes: readonly OrderWrite[];
  onTell: (write: OrderWrite) => void;
}

/** What the channel of an order can be told, by what its connection can do; what cannot be done says why. */
export function Tell({ writes, onTell }: Props) {
  const { t } = useTranslation('orders');
  const names = new Set(writes.map(({ name }) => name));
  if (writes.length === 0) return null;
  const [first] = writes;
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
          {names.size === 1 && first ? t('tell.open', { name: first.name }) : t('tell.openMany')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {writes.map((write) => (
          <Menu.Item
            key={`${write.connection} ${write.operation}`}
            disabled={write.refused !== ''}
            onClick={() => onTell(write)}
          >
            <span className={styles.choice}>
              {t(`tell.menu.${tellKey[write.operation]}`)}
              {names.size > 1 && <span>{write.name}</span>}
              {write.refused && <span>{write.refused}</span>}
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
