import { Button, Group, Menu, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  type ExportDraft,
  type ExportTemplate,
  exportFileHref,
  type Template,
  useCancelExport,
  useExport,
  useExportFields,
  useExportPreview,
  useExportTemplates,
  useMakeTemplate,
  useRemoveTemplate,
  useSaveTemplate,
  useStartExport,
  useViews,
} from '@/api';
import { exportWords } from '@/lib/exportWords';
import { backKeys, useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { native } from '@/lib/native';
import { href, useGo, useSearchParams } from '@/lib/nav';
import { recall } from '@/lib/pageState';
import { Awaited, Confirm, Dialog, ErrorState, NoticeLine, Page, Section, showDone, showProblem } from '@/ui';
import { ColumnsEditor } from './ColumnsEditor';
import { ExportResult } from './ExportResult';
import styles from './exports.module.css';
import { suggestedName } from './move';
import { Preview } from './Preview';
import { SettingFields } from './SettingFields';
import { StyleFields } from './StyleFields';

/** One export: by which template, of which records, and how it will look. */
export function ExportPage({ id }: { id: string }) {
  const { t } = useTranslation('exports');
  const list = useExportTemplates();
  const found = list.data?.find((each) => each.id === id);
  if (!list.data)
    return (
      <Page title={t('title')}>
        <Awaited query={list} />
      </Page>
    );
  if (!found) {
    return (
      <Page title={t('title')}>
        <ErrorState error={new ApiError({ ...gone, detail: t('gone'), remedy: t('goneRemedy') })} />
      </Page>
    );
  }
  return <Editor key={`${found.id} ${found.etag}`} saved={found} all={list.data} />;
}

const gone = { title: '', status: 404, code: 'not_found', field: null };

interface EditorProps {
  saved: ExportTemplate;
  all: ExportTemplate[];
}

function Editor({ saved, all }: EditorProps) {
  const { t } = useTranslation('exports');
  const { language } = useLocale();
  const go = useGo();
  const [params] = useSearchParams();
  // A choice lives as long as the window: after a reload the address alone says nothing.
  const chosen = params.chosen ? recall<string[] | null>('exports.chosen', null) : null;
  const [template, setTemplate] = useState<Template>(saved.template);
  const [filter, setFilter] = useState(params.filter ?? saved.template.filter ?? '');
  const [naming, setNaming] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [runId, setRunId] = useState<string | null>(null);
  const ofOrders = template.kind === 'orders' || template.kind === 'lines';
  const change = (next: Partial<Template>) => setTemplate((before) => ({ ...before, ...next }));
  const draft = useMemo<ExportDraft>(
    () => ({
      template: saved.id,
      draft: { ...template, filter },
      ...(chosen ? { ids: chosen, filter: '' } : { filter }),
    }),
    [saved.id, template, filter, chosen],
  );
  const [asked] = useDebouncedValue(draft, 250);
  const preview = useExportPreview(asked, true);
  const fields = useExportFields(template.kind).data ?? [];
  const views = useViews('orders').data ?? [];
  const start = useStartExport();
  const run = useExport(runId).data;
  const cancel = useCancelExport();
  const save = useSaveTemplate();
  const make = useMakeTemplate();
  const remove = useRemoveTemplate();
  const dirty =
    JSON.stringify({ ...template, filter }) !==
    JSON.stringify({ ...saved.template, filter: saved.template.filter ?? '' });
  const running = run?.state === 'running';
  const wrong =
    preview.error instanceof ApiError && preview.error.problem.field === 'filter' ? preview.error : null;

  const begin = async () => {
    const name = suggestedName(template.name, template.format, new Date().toISOString().slice(0, 10));
    const saveAs = native()?.SaveFile;
    let path: string | undefined;
    if (saveAs) {
      path = await saveAs(t('saveTitle'), name);
      if (!path) return;
    }
    const begun = await start.mutateAsync(path ? { ...draft, path } : { ...draft, name });
    setRunId(begun.id);
  };
  const exportNow = () => void begin().catch(showProblem);
  useKeys(t('title'), [
    ...backKeys(t('all'), () => go('/exports')),
    { keys: 'Mod+Enter', label: t('export'), run: exportNow },
  ]);

  return (
    <Page
      title={<bdi>{saved.template.name}</bdi>}
      within={{ href: '#/exports', name: t('title') }}
      actions={
        <>
          {saved.built_in ? (
            <Button variant="default" onClick={() => setNaming(true)}>
              {t('saveCopy')}
            </Button>
          ) : (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" rightSection={<IconChevronDown size={13} />}>
                  {t('template')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  disabled={!dirty}
                  onClick={() =>
                    save.mutate(
                      { id: saved.id, etag: saved.etag, template: { ...template, filter } },
                      { onSuccess: () => showDone(t('saved')), onError: showProblem },
                    )
                  }
                >
                  {t('save')}
                </Menu.Item>
                <Menu.Item onClick={() => setNaming(true)}>{t('saveCopy')}</Menu.Item>
                <Menu.Item color="red" onClick={() => setRemoving(true)}>
                  {t('remove')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
          <Button onClick={exportNow} loading={start.isPending || running} disabled={preview.error !== null}>
            {t('export')}
          </Button>
        </>
      }
    >
      <div className={styles.editor}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
        <div className={styles.panel} tabIndex={0}>
          <Select
            label={t('template')}
            data={all.map((each) => ({ value: each.id, label: each.template.name }))}
            value={saved.id}
            searchable
            allowDeselect={false}
            description={saved.template.about}
            onChange={(next) =>
              next &&
              go(href(`/exports/${next}`, { filter: params.filter, chosen: params.chosen }), 'replace')
            }
          />
          {chosen ? (
            <NoticeLine
              state="waiting"
              action={
                <button
                  type="button"
                  className={styles.link}
                  onClick={() => go(`/exports/${saved.id}`, 'replace')}
                >
                  {t('allInstead')}
                </button>
              }
            >
              {t('chosen', { count: chosen.length })}
            </NoticeLine>
          ) : (
            <TextInput
              label={t('filter')}
              description={ofOrders ? t('filterWords') : t('filterFields')}
              placeholder={ofOrders ? 'status=to_ship channel=Etsy placed=last_30_days' : ''}
              value={filter}
              onChange={(event) => setFilter(event.currentTarget.value)}
              error={wrong ? `${wrong.problem.detail} ${wrong.problem.remedy}` : undefined}
              spellCheck={false}
              rightSectionWidth={views.length > 0 && ofOrders ? 92 : 0}
              rightSection={
                views.length > 0 &&
                ofOrders && (
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <Button size="compact-xs" variant="subtle">
                        {t('fromView')}
                      </Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                      {views.map((view) => (
                        <Menu.Item key={view.id} onClick={() => setFilter(exportWords(view.filter))}>
                          {view.name}
                        </Menu.Item>
                      ))}
                    </Menu.Dropdown>
                  </Menu>
                )
              }
            />
          )}
          {!template.layout && (
            <Select
              label={t('column.format')}
              data={(['csv', 'tsv', 'xlsx', 'json', 'ndjson'] as const).map((value) => ({
                value,
                label: t(`format.${value}`),
              }))}
              value={template.format}
              allowDeselect={false}
              onChange={(value) => value && change({ format: value })}
            />
          )}
          {(template.settings?.length ?? 0) > 0 && (
            <Section title={t('settings')}>
              <SettingFields
                settings={template.settings ?? []}
                onChange={(settings) => change({ settings })}
              />
            </Section>
          )}
          {!template.layout && (
            <Section
              title={t('columns')}
              aside={<span className={styles.soft}>{template.columns?.length ?? 0}</span>}
            >
              <ColumnsEditor
                columns={template.columns ?? []}
                fields={fields}
                perLine={(template.per_line ?? false) || template.kind === 'lines'}
                onChange={(columns) => change({ columns })}
              />
            </Section>
          )}
          <Section title={t('styleTitle')}>
            <StyleFields template={template} onChange={change} />
          </Section>
          {(template.notes?.length ?? 0) > 0 && (
            <Section title={t('notes')}>
              <ul className={styles.notes}>
                {template.notes?.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            </Section>
          )}
        </div>
        <div className={styles.result}>
          {running && (
            <NoticeLine
              state="waiting"
              action={
                <button type="button" className={styles.link} onClick={() => cancel.mutate(run.id)}>
                  {t('cancel')}
                </button>
              }
            >
              {t('running', {
                done: formatCount(run.progress.done, language),
                total: formatCount(run.progress.total, language),
              })}
            </NoticeLine>
          )}
          {run && !running && (
            <div className={styles.done}>
              <NoticeLine
                state={run.state === 'done' ? 'fine' : run.state === 'partial' ? 'late' : 'needs_you'}
                action={
                  <button type="button" className={styles.link} onClick={() => setRunId(null)}>
                    {t('back')}
                  </button>
                }
              >
                {t(`ended.${run.state as 'done'}`, {
                  number: formatCount(run.records, language),
                  left: formatCount(run.left_out, language),
                })}{' '}
                {run.files.map(
                  (file, at) =>
                    file.waiting && (
                      <a
                        key={file.name}
                        href={exportFileHref(run.id, at + 1)}
                        download={file.name}
                        className={styles.download}
                      >
                        {t('download', { name: file.name })}
                      </a>
                    ),
                )}
              </NoticeLine>
              <div className={styles.doneBody}>
                <ExportResult done={run} />
              </div>
            </div>
          )}
          {(!run || running) && (
            <Preview
              preview={preview.data}
              error={preview.error}
              kind={template.kind}
              target={template.target}
              stale={preview.isPlaceholderData || asked !== draft}
              onNotSent={() => setFilter(`${filter} not_sent=${template.target}`.trim())}
            />
          )}
        </div>
      </div>
      {naming && (
        <NameDialog
          name={saved.built_in ? t('copyOf', { name: saved.template.name }) : template.name}
          onClose={() => setNaming(false)}
          onName={(name) =>
            make.mutate(
              { ...template, name, filter },
              {
                onSuccess: (made) => {
                  setNaming(false);
                  showDone(t('saved'));
                  go(`/exports/${made.id}`);
                },
                onError: showProblem,
              },
            )
          }
        />
      )}
      {removing && (
        <Confirm
          title={t('removeTitle', { name: saved.template.name })}
          action={t('removeNow')}
          danger
          onClose={() => setRemoving(false)}
          onConfirm={() =>
            remove.mutate(saved.id, {
              onSuccess: () => {
                showDone(t('removed', { name: saved.template.name }));
                go('/exports');
              },
              onError: showProblem,
            })
          }
        >
          {t('removeWords')}
        </Confirm>
      )}
    </Page>
  );
}

interface NameProps {
  name: string;
  onClose: () => void;
  onName: (name: string) => void;
}

function NameDialog({ name, onClose, onName }: NameProps) {
  const { t } = useTranslation('exports');
  const [text, setText] = useState(name);
  return (
    <Dialog onClose={onClose} title={t('saveCopy')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) onName(text.trim());
        }}
      >
        <TextInput
          label={t('column.name')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={120}
          data-autofocus
        />
        <Group justify="flex-end" gap={8} mt="md">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" disabled={!text.trim()}>
            {t('save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
