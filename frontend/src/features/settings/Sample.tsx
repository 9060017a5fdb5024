import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLeaveSample, useOpenSample } from '@/api';
import { Section } from '@/ui';
import styles from './settings.module.css';

/** The way into the sample company and back; neither touches the own workspace. */
export function Sample({ sample }: { sample: boolean }) {
  const { t } = useTranslation('settings');
  const open = useOpenSample();
  const leave = useLeaveSample();
  const step = sample ? leave : open;
  return (
    <Section
      title={t('sample.title')}
      aside={
        <Button
          size="compact-sm"
          variant="default"
          loading={step.isPending}
          onClick={() => step.mutate(undefined, { onSuccess: () => window.location.assign('./') })}
        >
          {sample ? t('sample.leave') : t('sample.open')}
        </Button>
      }
    >
      <p className={styles.words}>{sample ? t('sample.inside') : t('sample.words')}</p>
    </Section>
  );
}
