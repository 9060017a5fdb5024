import { ActionIcon } from '@mantine/core';
import { IconKeyboard, IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type FrameView, useReached } from '@/api';
import { handleKey } from '@/lib/keys';
import { Keys, StateBadge } from '@/ui';
import styles from './Frame.module.css';

interface Props {
  health: FrameView['health'] | undefined;
  onSearch: () => void;
}

export function TopBar({ health, onSearch }: Props) {
  const { t } = useTranslation('frame');
  const reached = useReached();
  const help = () => handleKey(new KeyboardEvent('keydown', { key: '?' }));
  return (
    <header className={styles.top}>
      <button type="button" className={styles.search} onClick={onSearch}>
        <IconSearch size={15} aria-hidden />
        <span className="ellipsis">{t('search')}</span>
        <Keys keys="Mod+k" />
      </button>
      {health && reached && (
        <a href="#/" className={styles.pill} title={t('health')}>
          <StateBadge state={health.state} soft>
            {health.words}
          </StateBadge>
        </a>
      )}
      <ActionIcon onClick={help} aria-label={t('keys.help')} title={t('keys.help')}>
        <IconKeyboard size={17} stroke={1.6} />
      </ActionIcon>
    </header>
  );
}
