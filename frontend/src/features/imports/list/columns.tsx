import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportBatch, useChannels } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { ChannelMark, type Column, StateBadge, When } from '@/ui';
import { UndoDialog } from '../plan/UndoDialog';
import { countsNow, countWords, importState, shortCounts, stateWords } from '../words';
import styles from './list.module.css';

export const batchId = (batch: ImportBatch): string => batch.id;
export const batchName = (batch: ImportBatch): string => batch.file.name;

export function useImportColumns(): Column<ImportBatch>[] {
  const { t } = useTranslation('imports');
  const channels = useChannels().data;
  return useMemo(
    () => [
      {
        id: 'file',
        header: t('column.file'),
        width: 180,
        grow: 3,
        fixed: true,
        cell: (batch) => (
          <a href={`#/import/${batch.id}`} tabIndex={-1} className={styles.file} title={batch.file.name}>
            <bdi>{batch.file.name}</bdi>
          </a>
        ),
      },
      {
        id: 'state',
        header: t('column.state'),
        width: 120,
        cell: (batch) => <StateBadge state={importState[batch.state]}>{stateWords(t, batch)}</StateBadge>,
      },
      {
        id: 'kind',
        header: t('column.kind'),
        width: 116,
        drop: 2,
        cell: (batch) => <span className="ellipsis">{t(`kind.${batch.kind}`)}</span>,
      },
      {
        id: 'counts',
        header: t('column.orders'),
        width: 160,
        grow: 1,
        cell: (batch) => <Counts batch={batch} />,
      },
      {
        id: 'channel',
        header: t('column.channel'),
        width: 136,
        drop: 1,
        cell: (batch) =>
          batch.channel !== '' && (
            <ChannelMark
              name={batch.channel}
              kind={
                channels?.find(({ name }) => name === batch.channel)?.kind ?? batch.format.split('.')[0] ?? ''
              }
            />
          ),
      },
      {
        id: 'cause',
        header: t('column.cause'),
        width: 104,
        drop: 3,
        cell: (batch) => (
          <span className={styles.soft}>{t(batch.cause === 'person' ? 'cause.person' : 'cause.watch')}</span>
        ),
      },
      {
        id: 'when',
        header: t('column.when'),
        width: 100,
        cell: (batch) => <When at={batch.undone_at ?? batch.applied_at ?? batch.planned_at} />,
      },
      {
        id: 'undo',
        header: t('column.undo'),
        width: 76,
        align: 'end',
        cell: (batch) => <Undo batch={batch} />,
      },
    ],
    [t, channels],
  );
}

function Counts({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const number = (count: number) => formatCount(count, language);
  if (batch.state === 'failed' && batch.error) {
    return (
      <span className="ellipsis" title={batch.error.remedy}>
        {batch.error.message}
      </span>
    );
  }
  const counts = countsNow(batch);
  const words = countWords(t, counts, batch.state === 'applied', number);
  const short = countWords(t, shortCounts(counts), batch.state === 'applied', number);
  return (
    <span className="ellipsis" title={words}>
      {batch.state === 'planning' ? t('rows', { count: batch.rows, number: number(batch.rows) }) : short}
    </span>
  );
}

function Undo({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const [asking, setAsking] = useState(false);
  if (batch.state !== 'applied') return null;
  return (
    <>
      <Button size="compact-xs" variant="subtle" color="gray" tabIndex={-1} onClick={() => setAsking(true)}>
        {t('undo.short')}
      </Button>
      {asking && <UndoDialog batch={batch} onClose={() => setAsking(false)} />}
    </>
  );
}
