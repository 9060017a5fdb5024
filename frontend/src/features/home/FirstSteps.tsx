import { Button } from '@mantine/core';
import { IconBuildingStore, IconFileImport, IconFolderSearch, IconPlugConnected } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOpenSample } from '@/api';
import { Page } from '@/ui';
import styles from './FirstSteps.module.css';

/** A new workspace: what Tradepost does, and the ways to begin. */
export function FirstSteps() {
  const { t } = useTranslation('home');
  const sample = useOpenSample();
  return (
    <Page title={t('first.title')} scrollKey="home" narrow>
      <p className={styles.lead}>{t('first.words')}</p>
      <ol className={styles.steps}>
        <li>
          <IconFileImport size={22} stroke={1.5} aria-hidden />
          <div>
            <h2>{t('first.drop.title')}</h2>
            <p>{t('first.drop.words')}</p>
          </div>
          <Button component="a" href="#/import?choose=1">
            {t('first.drop.action')}
          </Button>
        </li>
        <li>
          <IconPlugConnected size={22} stroke={1.5} aria-hidden />
          <div>
            <h2>{t('first.connect.title')}</h2>
            <p>{t('first.connect.words')}</p>
          </div>
          <Button variant="default" component="a" href="#/connections/new">
            {t('first.connect.action')}
          </Button>
        </li>
        <li>
          <IconFolderSearch size={22} stroke={1.5} aria-hidden />
          <div>
            <h2>{t('first.watch.title')}</h2>
            <p>{t('first.watch.words')}</p>
          </div>
          <Button variant="default" component="a" href="#/schedules?add=watch">
            {t('first.watch.action')}
          </Button>
        </li>
        <li>
          <IconBuildingStore size={22} stroke={1.5} aria-hidden />
          <div>
            <h2>{t('first.sample.title')}</h2>
            <p>{t('first.sample.words')}</p>
          </div>
          <Button
            variant="default"
            loading={sample.isPending}
            onClick={() => sample.mutate(undefined, { onSuccess: () => window.location.assign('./') })}
          >
            {t('first.sample.action')}
          </Button>
        </li>
      </ol>
      <p className="meta">{t('first.keys')}</p>
    </Page>
  );
}
