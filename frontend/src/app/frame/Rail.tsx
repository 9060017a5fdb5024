import { Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { FrameView } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { recall } from '@/lib/pageState';
import { sectionOf, sections } from '../sections';
import styles from './Frame.module.css';
import { Mark } from './Mark';

/** The rail: what works today, and how much of it waits for you. */
export function Rail({
  badges,
  connections,
}: {
  badges: FrameView['badges'] | undefined;
  connections: number;
}) {
  const { t } = useTranslation('frame');
  const { language } = useLocale();
  const { pathname } = useLocation();
  const collapsed = useMediaQuery('(max-width: 1099px)') ?? false;
  const active = sectionOf(pathname);
  const shown = sections.filter(({ id, connected }) => !connected || connections > 0 || active?.id === id);
  return (
    <nav className={styles.rail} aria-label={t('rail')}>
      <a href="#/" className={styles.brand}>
        <Mark />
        <span>{t('name')}</span>
      </a>
      {shown.map(({ id, path, icon: Icon, badge, apart }) => {
        const count = badge ? (badges?.[badge] ?? 0) : 0;
        // Coming back finds the list as it was left; a second click starts afresh.
        const target = active?.id === id ? path : recall(`nav.${id}`, path);
        return (
          <div key={id}>
            {apart && <hr className={styles.apart} />}
            <Tooltip label={t(`section.${id}`)} position="right" disabled={!collapsed}>
              <a
                href={`#${target}`}
                className={styles.item}
                aria-current={active?.id === id ? 'page' : undefined}
              >
                <Icon size={17} stroke={1.6} aria-hidden />
                <span className={styles.label}>{t(`section.${id}`)}</span>
                {count > 0 && (
                  <span className={styles.badge} title={t('waiting', { count })}>
                    <span className={styles.count}>{formatCount(count, language)}</span>
                    {count > 99 && <span className={styles.many} aria-hidden>{`${99}+`}</span>}
                  </span>
                )}
              </a>
            </Tooltip>
          </div>
        );
      })}
    </nav>
  );
}
