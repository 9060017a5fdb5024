import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type FrameView, useLeaveSample, useReached, useTakeOver } from '@/api';
import styles from './Frame.module.css';

/** What concerns every page: that nothing answers, the sample company, practice, and sending paused after a restore. */
export function Banners({ frame }: { frame: FrameView | undefined }) {
  const { t } = useTranslation('frame');
  const leave = useLeaveSample();
  const takeOver = useTakeOver();
  const reached = useReached();
  return (
    <>
      {!reached && (
        <div className={styles.banner} role="alert">
          <span>{t('notReached')}</span>
        </div>
      )}
      {frame?.workspace.sample && (
        <div className={styles.banner}>
          <span>{t('sample.words')}</span>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => leave.mutate(undefined, { onSuccess: () => window.location.assign('./') })}
          >
            {t('sample.leave')}
          </Button>
        </div>
      )}
      {frame?.workspace.practice && (
        <div className={styles.banner}>
          <span>{t('practice')}</span>
          {frame.workspace.panel && (
            <a href={frame.workspace.panel} target="_blank" rel="noreferrer">
              {t('panel')}
            </a>
          )}
        </div>
      )}
      {frame?.sending_paused && (
        <div className={styles.banner}>
          <span>{t('paused.words')}</span>
          <Button size="compact-xs" variant="default" onClick={() => takeOver.mutate(undefined)}>
            {t('paused.takeOver')}
          </Button>
        </div>
      )}
    </>
  );
}
