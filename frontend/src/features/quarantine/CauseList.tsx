import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { formatCount, useLocale } from '@/lib/locale';
import { causeOf, type Group } from './causes';
import styles from './quarantine.module.css';

interface Props {
  groups: readonly Group[];
  cause: string | undefined;
  onChoose: (cause: string | undefined) => void;
  onRetry: (group: Group) => void;
  busy: boolean;
}

/** What was found where against what was expected; the whole sentence where nothing of the kind is known. */
function Why({ group }: { group: Group }) {
  const { t } = useTranslation('quarantine');
  if (!group.column && !group.example.found) return group.example.message;
  return (
    <>
      {group.column && t('inColumn', { column: group.column })}{' '}
      {group.example.found && <bdi className={styles.bad}>{group.example.found}</bdi>}{' '}
      {group.expected && <span className={styles.soft}>{t('expected', { expected: group.expected })}</span>}
    </>
  );
}

/** Why records wait: how many, what was found against what was expected, and what to do. */
export function CauseList({ groups, cause, onChoose, onRetry, busy }: Props) {
  const { t } = useTranslation('quarantine');
  const { language } = useLocale();
  return (
    <ul className={styles.causes} aria-label={t('causes')}>
      {groups.map((group) => {
        const id = causeOf(group);
        const chosen = id === cause;
        return (
          <li key={id} className={cx(styles.cause, chosen && styles.chosen)}>
            <button
              type="button"
              className={styles.causeButton}
              aria-pressed={chosen}
              onClick={() => onChoose(chosen ? undefined : id)}
            >
              <span className={styles.count}>{formatCount(group.count, language)}</span>
              <span className={styles.why}>
                <span>
                  <Why group={group} />
                </span>
                {group.example.remedy && <span className={styles.remedy}>{group.example.remedy}</span>}
              </span>
            </button>
            <Button size="compact-sm" variant="default" onClick={() => onRetry(group)} disabled={busy}>
              {t('retry.group', { count: group.count })}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
