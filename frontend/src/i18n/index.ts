import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

/** Every text of the window: one namespace per feature, English only for now. */
void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en },
  defaultNS: 'ui',
  interpolation: { escapeValue: false },
  returnNull: false,
});

export { i18next };
