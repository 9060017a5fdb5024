import { useTranslation } from 'react-i18next';
import { useAbout, useSettings } from '@/api';
import { Awaited, Page } from '@/ui';
import { About } from './About';
import { Alarms } from './Alarms';
import { Backups } from './Backups';
import { Channels } from './Channels';
import { General } from './General';
import { Health } from './Health';
import { Sample } from './Sample';
import { Secrets } from './Secrets';

/** How this workspace is set up, what keeps it safe, and how well it is. Every change counts at once. */
export function SettingsPage() {
  const { t } = useTranslation('settings');
  const settings = useSettings();
  const about = useAbout();
  return (
    <Page title={t('title')} scrollKey="settings" narrow>
      <Awaited query={settings} />
      {settings.data && <General settings={settings.data} canStart={about.data?.can.login_start ?? false} />}
      <Channels />
      <Backups keep={settings.data?.backup_keep} path={about.data?.workspace.path ?? ''} />
      {settings.data && <Alarms key={settings.data.etag} settings={settings.data} />}
      <Secrets />
      <Health />
      {about.data && <Sample sample={about.data.workspace.sample} />}
      <Awaited query={about} lines={3} />
      {about.data && <About about={about.data} />}
    </Page>
  );
}
