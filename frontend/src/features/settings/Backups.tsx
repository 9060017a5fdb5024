import { Button, CopyButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useBackUp, useBackups } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatSize } from '@/lib/size';
import { Awaited, PlainTable, Section, StateBadge, showDone, When } from '@/ui';
import { restoreCommand } from './restore';
import styles from './settings.module.css';

interface Props {
  keep: number | undefined;
  path: string;
}

/** The copies of the workspace, whether each was read back, and how to go back to one. */
export function Backups({ keep, path }: Props) {
  const { t } = useTranslation('settings');
  const { language } = useLocale();
  const backups = useBackups();
  const backUp = useBackUp();
  const list = backups.data ?? [];
  const newest = list[0];
  const command = restoreCommand(path, newest?.path ?? newest?.name ?? t('backups.file'));
  return (
    <Section
      title={t('backups.title')}
      aside={
        <Button
          size="compact-sm"
          variant="default"
          loading={backUp.isPending}
          onClick={() => backUp.mutate(undefined, { onSuccess: () => showDone(t('backups.done')) })}
        >
          {t('backups.now')}
        </Button>
      }
    >
      <p className={styles.words}>{keep ? t('backups.words', { count: keep }) : t('backups.wordsPlain')}</p>
      <Awaited query={backups} lines={3} />
      {backups.data && list.length === 0 && <StateBadge state="late">{t('backups.none')}</StateBadge>}
      {list.length > 0 && (
        <PlainTable
          heads={[
            t('backups.made'),
            t('backups.name'),
            t('backups.reason'),
            { label: t('backups.size'), number: true },
            t('backups.checked'),
          ]}
        >
          <tbody>
            {list.map((backup) => (
              <tr key={backup.name}>
                <td>
                  <When at={backup.made_at} as="clock" />
                </td>
                <td className="mono">{backup.name}</td>
                <td>{t(`reason.${backup.reason}`)}</td>
                <td data-number>{formatSize(backup.size, language)}</td>
                <td>
                  {backup.verified ? (
                    <StateBadge state="fine">{t('backups.verified')}</StateBadge>
                  ) : (
                    <StateBadge state="late">{t('backups.unverified')}</StateBadge>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
      )}
      <details className={styles.details}>
        <summary>{t('backups.how')}</summary>
        <p>{t('backups.howWords')}</p>
        <div className={styles.command}>
          <code>{command}</code>
          <CopyButton value={command}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={copy}>
                {copied ? t('copied') : t('copy')}
              </Button>
            )}
          </CopyButton>
        </div>
        <p>{t('backups.after')}</p>
      </details>
    </Section>
  );
}
