import { useTranslation } from 'react-i18next';
import type { ExportIssue } from '@/api';
import { StateBadge } from '@/ui';
import styles from './exports.module.css';

const shown = 200;

/** What the target would not take, or takes changed: the record, the column, what it expects and what to do. */
export function IssueList({ issues }: { issues: readonly ExportIssue[] }) {
  const { t } = useTranslation('exports');
  if (issues.length === 0) return null;
  return (
    <ul className={styles.issues} aria-label={t('issues')}>
      {issues.slice(0, shown).map((issue, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one record may have several of a kind
        <li key={at}>
          <StateBadge state={issue.left_out ? 'needs_you' : 'late'}>
            {issue.left_out ? t('leftOut') : t('changed')}
          </StateBadge>
          <span className={styles.issueWords}>
            <b>{issue.record}</b>
            {issue.field && <span className={styles.soft}> · {issue.field}</span>} {issue.message}{' '}
            <span className={styles.soft}>{issue.remedy}</span>
          </span>
        </li>
      ))}
      {issues.length > shown && (
        <li className={styles.soft}>{t('moreIssues', { count: issues.length - shown })}</li>
      )}
    </ul>
  );
}
