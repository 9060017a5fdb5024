import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { About as AboutView } from '@/api';
import { native } from '@/lib/native';
import { Facts, Section, showProblem } from '@/ui';
import styles from './settings.module.css';

export function About({ about }: { about: AboutView }) {
  const { t } = useTranslation('settings');
  const open = native()?.OpenFolder;
  const { path, name } = about.workspace;
  return (
    <Section title={t('about.title')}>
      <div className={styles.facts}>
        <Facts
          items={[
            { label: t('about.version'), value: about.version },
            { label: t('about.workspace'), value: <bdi>{name}</bdi> },
            {
              label: t('about.path'),
              value: (
                <>
                  <bdi className="mono">{path}</bdi>{' '}
                  {open && (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      onClick={() => void open(path).catch(showProblem)}
                    >
                      {t('about.open')}
                    </Button>
                  )}
                </>
              ),
            },
            { label: t('about.head'), value: t(`about.${about.head}`) },
            {
              label: t('about.api'),
              value: (
                <a href="/api/docs" target="_blank" rel="noreferrer">
                  {t('about.docs')}
                </a>
              ),
            },
          ]}
        />
      </div>
      <p className={styles.words}>{t('about.words')}</p>
    </Section>
  );
}
