import {
  IconActivity,
  IconAddressBook,
  IconAlertSquareRounded,
  IconBook2,
  IconBuildingWarehouse,
  IconCalendarTime,
  IconFileDescription,
  IconFileExport,
  IconFileImport,
  IconHome,
  IconLink,
  IconPackage,
  IconPackages,
  IconPlugConnected,
  IconSend,
  IconSettings,
  IconTag,
  IconTruckDelivery,
  type TablerIcon,
} from '@tabler/icons-react';

export interface Section {
  id:
    | 'home'
    | 'orders'
    | 'stock'
    | 'purchases'
    | 'kits'
    | 'products'
    | 'listings'
    | 'customers'
    | 'edi'
    | 'books'
    | 'connections'
    | 'plans'
    | 'import'
    | 'exports'
    | 'schedules'
    | 'activity'
    | 'quarantine'
    | 'settings';
  path: string;
  icon: TablerIcon;
  /** The second key after G. */
  key: string;
  badge?: 'orders' | 'listings' | 'edi' | 'imports' | 'quarantine' | 'connections' | 'plans';
  /** Shown only where there is a connection. */
  connected?: boolean;
  /** A hairline above it. */
  apart?: boolean;
}

/** What the rail shows: only what works today. */
export const sections: Section[] = [
  { id: 'home', path: '/', icon: IconHome, key: 'h' },
  { id: 'orders', path: '/orders', icon: IconPackage, key: 'o', badge: 'orders' },
  { id: 'stock', path: '/stock', icon: IconBuildingWarehouse, key: 't' },
  { id: 'purchases', path: '/purchases', icon: IconTruckDelivery, key: 'u' },
  { id: 'kits', path: '/kits', icon: IconPackages, key: 'x' },
  { id: 'products', path: '/products', icon: IconTag, key: 'p' },
  { id: 'listings', path: '/listings', icon: IconLink, key: 'k', badge: 'listings' },
  { id: 'customers', path: '/customers', icon: IconAddressBook, key: 'c' },
  { id: 'edi', path: '/edi', icon: IconFileDescription, key: 'd', badge: 'edi' },
  { id: 'books', path: '/books', icon: IconBook2, key: 'b' },
  { id: 'quarantine', path: '/quarantine', icon: IconAlertSquareRounded, key: 'q', badge: 'quarantine' },
  {
    id: 'connections',
    path: '/connections',
    icon: IconPlugConnected,
    key: 'n',
    badge: 'connections',
    apart: true,
  },
  { id: 'plans', path: '/plans', icon: IconSend, key: 'l', badge: 'plans', connected: true },
  { id: 'import', path: '/import', icon: IconFileImport, key: 'i', badge: 'imports' },
  { id: 'exports', path: '/exports', icon: IconFileExport, key: 'e' },
  { id: 'schedules', path: '/schedules', icon: IconCalendarTime, key: 's' },
  { id: 'activity', path: '/activity', icon: IconActivity, key: 'a' },
  { id: 'settings', path: '/settings', icon: IconSettings, key: ',', apart: true },
];

/** Pages inside of sections: the palette reaches them by name. */
export const subpages = {
  drift: '/stock/drift',
  oversold: '/stock/oversold',
  transfers: '/stock/transfers',
  stocktakes: '/stock/stocktakes',
  locations: '/stock/locations',
  stockRules: '/stock/rules',
  reorder: '/purchases?view=short',
  suppliers: '/purchases?view=suppliers',
  reorderRules: '/purchases?view=rules',
  stockValue: '/purchases?view=value',
  prices: '/prices',
  partners: '/edi?show=partners',
  mapping: '/books/mapping',
  connect: '/connections/new',
  layouts: '/import/layouts',
  pastExports: '/exports?tab=past',
  calendar: '/schedules?tab=calendar',
  servers: '/schedules?tab=servers',
} as const;
export type Subpage = keyof typeof subpages;

export const sectionOf = (pathname: string): Section | undefined =>
  sections.find(({ path }) => path !== '/' && (pathname === path || pathname.startsWith(`${path}/`))) ??
  (pathname === '/' ? sections[0] : undefined);
