import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOpenSample } from '@/api';
import { useChoose } from '../intake/useChoose';
import { FormatList } from './FormatList';
import styles from './list.module.css';

/** The first import: where to drop, what happens then, and which files are known. */
export function NoImports() {
  const { t } = useTranslation('imports');
  const choose = useChoose();
  const sample = useOpenSample();
  return (
    <div className={styles.hero}>
      <button type="button" className={styles.zone} onClick={choose}>
        <IconFileImport size={28} stroke={1.5} aria-hidden />
        <strong>{t('empty.title')}</strong>
        <span>{t('empty.words')}</span>
      </button>
      <div className={styles.steps}>
        <Button onClick={choose}>{t('choose')}</Button>
        <Button variant="default" component="a" href="#/schedules?add=watch">
          {t('empty.watch')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          loading={sample.isPending}
          onClick={() => sample.mutate(undefined, { onSuccess: () => window.location.assign('./') })}
        >
          {t('empty.sample')}
        </Button>
      </div>
      <FormatList />
    </div>
  );
}
