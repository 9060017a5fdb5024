import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ConnectionView, useBookFile } from '@/api';
import { Facts, Section, When } from '@/ui';
import { AccountCard } from './AccountCard';
import styles from './connections.module.css';

/** The file by which a vendor's program knows where to call; it is made anew whenever the settings change. */
function CallFile({ connection }: { connection: string }) {
  const { t } = useTranslation('connections');
  const file = useBookFile(connection, true).data;
  if (!file) return null;
  return (
    <p>
      <a href={`data:application/xml;charset=utf-8,${encodeURIComponent(file.content)}`} download={file.name}>
        {t('settings.file')}
      </a>
    </p>
  );
}

/** Whose account it is, with its rights, and the settings; secrets are only named. */
export function SettingsTab({ view, onStep }: { view: ConnectionView; onStep: (step: string) => void }) {
  const { t } = useTranslation('connections');
  const { connection, connector } = view;
  const label = (name: string) => connector?.options.find((option) => option.name === name)?.label ?? name;
  return (
    <div className={styles.overview}>
      <Section
        title={t('account.title')}
        aside={
          <Button size="compact-sm" variant="default" onClick={() => onStep('sign_in')}>
            {t('change')}
          </Button>
        }
      >
        <AccountCard account={connection.account} connector={connector} />
        {connector?.kind === 'ledger' && <CallFile connection={connection.id} />}
      </Section>
      <Section title={t('settings.title')}>
        <Facts
          items={[
            {
              label: t('settings.system'),
              value: [connection.vendor, connector?.api].filter(Boolean).join(' '),
            },
            {
              label: t('settings.checked'),
              value: connection.checked_at && <When at={connection.checked_at} as="exact" />,
            },
            ...Object.entries(connection.options)
              // What it is told has a tab of its own.
              .filter(([name]) => !name.startsWith('push_'))
              .map(([name, value]) => ({ label: label(name), value: value && <bdi>{value}</bdi> })),
            ...connection.secrets.map((name) => ({ label: label(name), value: t('settings.kept') })),
          ]}
        />
      </Section>
      <Section title={t('remove.section')}>
        <p className={styles.soft} style={{ marginTop: 0 }}>
          {t('remove.words', { vendor: connection.vendor, channel: connection.channel.name })}
        </p>
        <Button variant="default" color="red" onClick={() => onStep('remove')}>
          {t('remove.open')}
        </Button>
      </Section>
    </div>
  );
}
