import { createContext, useContext } from 'react';

/** How this reader wants times and numbers: the workspace's zone, the system's language. */
export interface Locale {
  zone: string;
  language: string;
}

export const LocaleContext = createContext<Locale>({ zone: '', language: 'en-US' });
export const useLocale = (): Locale => useContext(LocaleContext);

/** Whole numbers with the language's separators: 41,200. */
export const formatCount = (count: number, language: string): string =>
  new Intl.NumberFormat(language).format(count);
