import { createContext, useContext } from 'react';

/** How this reader wants times and numbers: the workspace's zone, the system's language. */
export interface Locale {
  zone: string;
  language: string;
}

/**
 * The first language of the system that Intl accepts. WebKitGTK under LANG=C names "C", which every Intl
 * constructor throws at; so nobody reads navigator.language but this.
 */
export function systemLanguage(
  named: readonly string[] = [navigator.language, ...navigator.languages],
): string {
  for (const language of named) {
    try {
      const [known] = Intl.DateTimeFormat.supportedLocalesOf(language);
      if (known) return known;
    } catch {
      // Not a language tag.
    }
  }
  return 'en-US';
}

export const LocaleContext = createContext<Locale>({ zone: '', language: 'en-US' });
export const useLocale = (): Locale => useContext(LocaleContext);

/** Whole numbers with the language's separators: 41,200. */
export const formatCount = (count: number, language: string): string =>
  new Intl.NumberFormat(language).format(count);
