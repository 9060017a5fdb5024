import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ImportBatch } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { StateBadge } from '@/ui';
import { countsNow, countWords, importState, stateWords } from '../words';
import styles from './CameIn.module.css';
import { type Came, keepCame, useCame } from './keptFiles';

/** Several files at once, or an archive: what each of them is, and the next step of each. */
export function CameIn({ batches }: { batches: readonly ImportBatch[] }) {
  const { t } = useTranslation('imports');
  const came = useCame();
  if (came.length === 0) return null;
  return (
    <section className={styles.came} aria-label={t('came.title', { count: came.length })}>
      <header>
        <h2>{t('came.title', { count: came.length })}</h2>
        <ActionIcon aria-label={t('came.close')} onClick={() => keepCame([])}>
          <IconX size={14} />
        </ActionIcon>
      </header>
      <ul>
        {came.map((each) => (
          <Line
            key={`${each.file} ${each.name}`}
            each={each}
            batch={batches.find(({ id }) => id === each.batch)}
          />
        ))}
      </ul>
    </section>
  );
}

function Line({ each, batch }: { each: Came; batch: ImportBatch | undefined }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const number = (count: number) => formatCount(count, language);
  return (
    <li>
      <bdi className="ellipsis" title={each.name}>
        {each.name}
      </bdi>
      <span className={styles.what}>
        {each.problem !== '' && <StateBadge state="needs_you">{each.problem}</StateBadge>}
        {each.problem === '' && each.batch === null && (
          <StateBadge state="late">{t('came.unknown')}</StateBadge>
        )}
        {batch && (
          <>
            <StateBadge state={importState[batch.state]}>{stateWords(t, batch)}</StateBadge>
            <span className={styles.soft}>
              {[batch.format_name, countWords(t, countsNow(batch), batch.state === 'applied', number)]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </>
        )}
      </span>
      {each.batch !== null && (
        <Button size="compact-xs" variant="default" component="a" href={`#/import/${each.batch}`}>
          {t('came.look')}
        </Button>
      )}
      {each.batch === null && each.file !== null && (
        <Button size="compact-xs" variant="default" component="a" href={`#/import/map?file=${each.file}`}>
          {t('came.map')}
        </Button>
      )}
    </li>
  );
}
