import { Button } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import styles from './Notice.module.css';
import { wordsOf } from './problem';

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** What went wrong in words, and what to do. */
export function ErrorState({ error, onRetry }: Props) {
  const { t } = useTranslation('ui');
  const { message, remedy } = wordsOf(error, t('error.unknown'));
  return (
    <div className={styles.inline}>
      <div className={styles.error} role="alert">
        <IconHandStop size={18} aria-hidden />
        <div>
          <p>
            {message} {remedy}
          </p>
          {onRetry && !isGone(error) && (
            <Button variant="default" onClick={onRetry}>
              {t('error.retry')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** What is not there is not there a moment later either. */
const isGone = (error: unknown): boolean =>
  (error as { problem?: { status?: number } } | null)?.problem?.status === 404;
