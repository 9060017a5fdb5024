import { useTranslation } from 'react-i18next';
import { type ImportBatch, useImport } from '@/api';
import { useKeys } from '@/lib/keys';
import { href, useGo, useSearchParams } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { Awaited, Page, StateBadge } from '@/ui';
import { importState, stateWords } from '../words';
import { PlanActions } from './Actions';
import { ImportPlan } from './ImportPlan';

/** One import: its plan, then its outcome. */
export function ImportPage({ id }: { id: string }) {
  const { t } = useTranslation('imports');
  const batch = useImport(id);
  if (batch.data) return <Batch key={id} batch={batch.data} />;
  return (
    <Page
      title={t('oneTitle')}
      within={{ href: href(recall('nav.import', '/import')), name: t('title') }}
      scrollKey={`import.${id}`}
    >
      <Awaited query={batch} />
    </Page>
  );
}

function Batch({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const go = useGo();
  const [params] = useSearchParams();
  const back = () => go(recall('nav.import', '/import'));
  useKeys(t('oneTitle'), [
    { keys: 'u', label: t('keys.back'), run: back },
    // A peek is closed first (DataTable).
    ...(params.peek ? [] : [{ keys: 'Escape', label: '', hidden: true, run: back }]),
  ]);
  return (
    <Page
      title={<bdi>{batch.file.name}</bdi>}
      within={{ href: href(recall('nav.import', '/import')), name: t('title') }}
      beside={
        <StateBadge state={importState[batch.state]} soft>
          {stateWords(t, batch)}
        </StateBadge>
      }
      actions={<PlanActions batch={batch} />}
    >
      <ImportPlan batch={batch} />
    </Page>
  );
}
