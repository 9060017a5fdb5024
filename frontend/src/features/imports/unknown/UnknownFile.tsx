import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type KeptFile, useFormats, usePlanImport } from '@/api';
import { useKeys } from '@/lib/keys';
import { useLocale } from '@/lib/locale';
import { href, useGo } from '@/lib/nav';
import { formatSize } from '@/lib/size';
import { Facts, Page, Section, When, wordsOf } from '@/ui';
import { putAwayFile } from '../intake/keptFiles';
import { useChoose } from '../intake/useChoose';
import { FormatList } from '../list/FormatList';
import styles from './UnknownFile.module.css';

/** An honest page: what was seen, which files are known, and a way to read it all the same. */
export function UnknownFile({ file }: { file: KeptFile }) {
  const { t } = useTranslation('imports');
  const { language } = useLocale();
  const go = useGo();
  const choose = useChoose();
  const formats = useFormats().data ?? [];
  const plan = usePlanImport();
  const [format, setFormat] = useState<string | null>(null);
  const refused = plan.error ? wordsOf(plan.error, t('unknown.refused')) : null;
  const read = () => {
    if (!format) return;
    const asked = { file: file.id, format, channel: '', zone: '', currency: '', mode: 'merge' as const };
    plan.mutate(asked, {
      onSuccess: (batch) => {
        putAwayFile(file.id);
        go(`/import/${batch.id}`, 'replace');
      },
    });
  };
  useKeys(t('unknown.title'), [
    { keys: 'm', label: t('unknown.map'), run: () => go(href('/import/map', { file: file.id })) },
  ]);
  return (
    <Page
      title={t('unknown.title')}
      within={{ href: '#/import', name: t('title') }}
      scrollKey="unknown"
      narrow
    >
      <p className={styles.seen}>{t('unknown.words')}</p>
      <Facts
        items={[
          { label: t('column.file'), value: <bdi>{file.name}</bdi> },
          { label: t('unknown.size'), value: formatSize(file.size, language) },
          {
            label: t('unknown.seen'),
            value: file.problem?.message.replace(/^I don.t know this file\.\s*/, ''),
          },
          { label: t('unknown.received'), value: <When at={file.received_at} as="exact" /> },
        ]}
      />
      <div className={styles.next}>
        <Button component="a" href={href('/import/map', { file: file.id })}>
          {t('unknown.map')}
        </Button>
        <Button variant="default" onClick={choose}>
          {t('unknown.another')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            putAwayFile(file.id);
            go('/import', 'replace');
          }}
        >
          {t('unknown.putAway')}
        </Button>
      </div>
      <Section title={t('unknown.readAs')}>
        <p className={styles.soft}>{t('unknown.readAsWords')}</p>
        <div className={styles.line}>
          <Select
            aria-label={t('unknown.readAs')}
            placeholder={t('unknown.chooseFormat')}
            data={formats.map(({ id, name }) => ({ value: id, label: name }))}
            value={format}
            onChange={setFormat}
            searchable
            w={280}
            error={refused && `${refused.message} ${refused.remedy}`}
          />
          <Button variant="default" onClick={read} disabled={!format} loading={plan.isPending}>
            {t('unknown.read')}
          </Button>
        </div>
      </Section>
      <FormatList />
    </Page>
  );
}
