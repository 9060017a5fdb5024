import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useCronPreview } from '@/api';
import { LocaleContext, useLocale } from '@/lib/locale';
import { StateBadge, When, wordsOf } from '@/ui';
import styles from './schedules.module.css';

/** What a schedule means, in words, with its next five looks: seen before it is saved. */
export function CronPreview({ cron, zone }: { cron: string; zone: string }) {
  const { t } = useTranslation('schedules');
  const locale = useLocale();
  const [asked] = useDebouncedValue(cron, 200);
  const preview = useCronPreview(asked, zone);
  const problem = preview.error ? wordsOf(preview.error, t('preview.wrong')) : null;
  return (
    <div className={styles.preview} aria-live="polite">
      {problem && (
        <StateBadge state="needs_you">
          <span className={styles.wrap}>
            {problem.message} {problem.remedy}
          </span>
        </StateBadge>
      )}
      {!problem && preview.data && (
        <LocaleContext value={{ ...locale, zone }}>
          <strong>{t('preview.words', { words: preview.data.words })}</strong>
          <ol>
            {preview.data.next.slice(0, 5).map((at) => (
              <li key={at}>
                <When at={at} as="exact" />
              </li>
            ))}
          </ol>
        </LocaleContext>
      )}
    </div>
  );
}
