import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ExportRun, exportFileHref } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { native } from '@/lib/native';
import { formatSize } from '@/lib/size';
import { Facts, RunCause, RunState, showProblem, When } from '@/ui';
import styles from './exports.module.css';
import { IssueList } from './IssueList';

/** One export: what it wrote, where it went, and what was left out. */
export function ExportResult({ done }: { done: ExportRun }) {
  const { t } = useTranslation('exports');
  const { language } = useLocale();
  const openFolder = native()?.OpenFolder;
  const folder = done.destination !== 'download' ? done.destination : '';
  return (
    <>
      <Facts
        items={[
          { label: t('column.state'), value: <RunState state={done.state} /> },
          { label: t('fact.error'), value: done.error ? `${done.error.message} ${done.error.remedy}` : '' },
          { label: t('column.when'), value: <When at={done.started_at} /> },
          { label: t('fact.cause'), value: <RunCause cause={done.cause} /> },
          { label: t('fact.filter'), value: done.filter },
          { label: t('column.target'), value: done.target },
          {
            label: t('fact.to'),
            value: folder || (done.destination === 'download' ? t('fact.download') : done.destination),
          },
          { label: t(`kind.${done.kind as 'orders'}`), value: formatCount(done.records, language) },
          { label: t('fact.rows'), value: formatCount(done.rows, language) },
        ]}
      />
      {folder && openFolder && done.files.length > 0 && (
        <Button variant="default" mt="sm" onClick={() => openFolder(folder).catch(showProblem)}>
          {t('openFolder')}
        </Button>
      )}
      {done.files.map((file, at) => (
        <div key={file.name} className={styles.file}>
          <div className={styles.fileName}>
            {file.waiting ? (
              <a href={exportFileHref(done.id, at + 1)} download={file.name}>
                {file.name}
              </a>
            ) : (
              file.name
            )}
            <span className={styles.soft}>
              {t('fileWords', {
                rows: formatCount(file.rows, language),
                size: formatSize(file.size, language),
              })}
            </span>
          </div>
          <code className={styles.sum} title={t('sum')}>
            {file.sha256}
          </code>
        </div>
      ))}
      <IssueList issues={done.problems} />
    </>
  );
}
