import { useTranslation } from 'react-i18next';
import { useHome } from '@/api';
import { knownZone } from '@/lib/choices';
import { zoneCity } from '@/lib/when';
import { Awaited, Page, Section } from '@/ui';
import { Daily } from './Daily';
import { FirstSteps } from './FirstSteps';
import styles from './home.module.css';
import { Needs } from './Needs';
import { Running } from './Running';
import { Today } from './Today';

/** Answers three questions, in this order: is everything running, what needs me, what is today? */
export function HomePage() {
  const { t } = useTranslation('home');
  const home = useHome();
  const view = home.data;
  if (view?.empty) return <FirstSteps />;
  return (
    <Page
      title={t('title')}
      beside={view && <span className="meta">{t('zone', { city: zoneCity(knownZone(view.zone)) })}</span>}
      scrollKey="home"
    >
      <Awaited query={home} />
      {view && (
        <>
          <Section title={t('running.title')}>
            <Running view={view} />
          </Section>
          <div className={styles.pair}>
            <Section title={t('needs.title')}>
              <Needs needs={view.needs} />
            </Section>
            <Section title={t('today.title')}>
              <Today today={view.today} zone={view.zone} />
            </Section>
          </div>
          <Daily />
        </>
      )}
    </Page>
  );
}
