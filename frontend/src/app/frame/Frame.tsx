import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCancelRun, useFrame } from '@/api';
import { ImportDrop } from '@/features/imports';
import { useKeys } from '@/lib/keys';
import { useGo } from '@/lib/nav';
import { useNow } from '@/lib/now';
import { recall, remember } from '@/lib/pageState';
import { KeyHelp, StatusLine } from '@/ui';
import { Palette } from '../palette/Palette';
import { sectionOf, sections } from '../sections';
import { Banners } from './Banners';
import styles from './Frame.module.css';
import { Rail } from './Rail';
import { TopBar } from './TopBar';
import { toWork } from './work';

/** What stands around every page: rail, top bar, banners, status line, palette and key help. */
export function Frame() {
  const { t } = useTranslation('frame');
  const frame = useFrame().data;
  const cancel = useCancelRun();
  const go = useGo();
  const now = useNow();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  useKeepPlaces();
  useKeys(
    t('keys.everywhere'),
    [
      { keys: 'Mod+k', label: t('keys.palette'), run: () => setPalette((open) => !open), inFields: true },
      { keys: '?', label: t('keys.help'), run: () => setHelp(true) },
      ...sections.map(({ id, path, key }) => ({
        keys: `g ${key}`,
        label: t('keys.goTo', { page: t(`section.${id}`) }),
        run: () => go(recall(`nav.${id}`, path)),
      })),
    ],
    'everywhere',
  );
  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={focusMain}>
        {t('skip')}
      </button>
      <Rail badges={frame?.badges} connections={frame?.connections ?? 0} />
      <div className={styles.main}>
        <Banners frame={frame} />
        <TopBar health={frame?.health} onSearch={() => setPalette(true)} />
        <main id="main" tabIndex={-1} className={styles.content} style={{ outline: 'none' }}>
          <Outlet />
        </main>
        <StatusLine work={toWork(frame?.work ?? [], now)} onCancel={(id) => cancel.mutate(id)} />
      </div>
      <Palette opened={palette} onClose={() => setPalette(false)} />
      <KeyHelp opened={help} onClose={() => setHelp(false)} />
      <ImportDrop />
    </div>
  );
}

/** The hash is the route, so the skip link moves the focus by hand. */
function focusMain() {
  document.getElementById('main')?.focus();
}

/** Remembers how each section's list was left, for the way back. */
function useKeepPlaces() {
  const { pathname, searchStr } = useLocation();
  useEffect(() => {
    const section = sectionOf(pathname);
    if (section && section.path === pathname) remember(`nav.${section.id}`, pathname + searchStr);
  }, [pathname, searchStr]);
}
