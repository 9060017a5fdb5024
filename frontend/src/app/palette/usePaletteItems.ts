import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useBackUp, useOpenSample, useSaveSettings, useSearch, useSettings } from '@/api';
import { useKeyGroups } from '@/lib/keys';
import { href, useGo } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { showDone } from '@/ui';
import { type Subpage, sections, subpages } from '../sections';
import { matchItems, type PaletteItem, startsWith } from './items';

/** Everything the palette can find: records by search, pages, this screen's keys, and actions. */
export function usePaletteItems(text: string): PaletteItem[] {
  const { t } = useTranslation('frame');
  const [asked] = useDebouncedValue(text, 80);
  const found = useSearch(asked).data ?? [];
  const actions = useActions();
  const pages = usePages();
  const screen = useKeyGroups()
    .filter((group) => group.layer !== 'everywhere')
    .flatMap((group) => group.bindings.map((binding) => ({ group, binding })))
    .map<PaletteItem>(({ group, binding }) => ({
      id: `key ${group.title} ${binding.keys}`,
      group: group.title,
      title: binding.label,
      keys: binding.keys,
      run: () => binding.run(new KeyboardEvent('keydown')),
    }));
  const go = useGo();
  const records = found.flatMap((group) =>
    group.items.map<PaletteItem>((item) => ({
      id: item.href,
      group: t(`palette.found.${group.kind}`),
      title: item.title,
      detail: item.detail,
      run: () => go(item.href),
    })),
  );
  const trimmed = text.trim();
  const search: PaletteItem[] = trimmed
    ? [
        {
          id: 'search-orders',
          group: t('palette.found.orders'),
          title: t('palette.searchOrders', { text: trimmed }),
          run: () => go(href('/orders', { search: trimmed })),
        },
      ]
    : [];
  const others = matchItems([...pages, ...actions, ...screen], text);
  const named = others.filter((item) => trimmed !== '' && startsWith(item, trimmed));
  const rest = others.filter((item) => !named.includes(item));
  // "import" means the page of that name; a number, a name or a SKU means a record.
  return [...named, ...(trimmed ? records : []), ...search, ...rest];
}

function usePages(): PaletteItem[] {
  const { t } = useTranslation('frame');
  const go = useGo();
  const pages = sections.map<PaletteItem>(({ id, path, key }) => ({
    id: `go ${id}`,
    group: t('palette.goTo'),
    title: t(`section.${id}`),
    keys: `g ${key}`,
    run: () => go(recall(`nav.${id}`, path)),
  }));
  const inside = (Object.keys(subpages) as Subpage[]).map<PaletteItem>((id) => ({
    id: `go ${id}`,
    group: t('palette.goTo'),
    title: t(`palette.page.${id}`),
    run: () => go(subpages[id]),
  }));
  return [...pages, ...inside];
}

function useActions(): PaletteItem[] {
  const { t } = useTranslation('frame');
  const settings = useSettings().data;
  const save = useSaveSettings();
  const backUp = useBackUp();
  const sample = useOpenSample();
  const group = t('palette.do');
  const themes = (['system', 'light', 'dark'] as const).filter((theme) => theme !== settings?.theme);
  const density = settings?.density === 'normal' ? 'compact' : 'normal';
  return [
    {
      id: 'backup',
      group,
      title: t('palette.backUp'),
      run: () => backUp.mutate(undefined, { onSuccess: () => showDone(t('palette.backedUp')) }),
    },
    ...themes.map((theme) => ({
      id: `theme ${theme}`,
      group,
      title: t(`palette.theme.${theme}`),
      run: () => save.mutate({ theme, etag: settings?.etag }),
    })),
    {
      id: 'density',
      group,
      title: t(`palette.density.${density}`),
      run: () => save.mutate({ density, etag: settings?.etag }),
    },
    {
      id: 'sample',
      group,
      title: t('palette.sample'),
      run: () => sample.mutate(undefined, { onSuccess: () => window.location.assign('./') }),
    },
  ];
}
