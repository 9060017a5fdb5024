/**
 * The first language of the system that Intl accepts. WebKitGTK under LANG=C names "C", at which every Intl
 * constructor throws.
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

/**
 * Libraries ask navigator.language by themselves, uPlot already while it loads: they are told the settled one.
 * main.tsx imports this before everything else.
 */
const language = systemLanguage();
if (navigator.language !== language) {
  Object.defineProperty(navigator, 'language', { value: language, configurable: true });
  Object.defineProperty(navigator, 'languages', { value: [language], configurable: true });
}
