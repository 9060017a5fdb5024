import { Button, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  type FieldInfo,
  type Inspection,
  type KeptProfile,
  type RecordKind,
  useFields,
  useFile,
  useInspection,
  useProfiles,
} from '@/api';
import { useKeys } from '@/lib/keys';
import { useLocale } from '@/lib/locale';
import { useGo, useSearchParams } from '@/lib/nav';
import { usePageState } from '@/lib/pageState';
import { Awaited, EmptyState, NoticeLine, Page, wordsOf } from '@/ui';
import { ColumnTable } from './ColumnTable';
import { Constants } from './Constants';
import { type Draft, draftFrom, draftOf, guessed, howOf, layoutName, mappingOf, missing } from './draft';
import { KindChoice } from './KindChoice';
import styles from './mapping.module.css';
import { Preview } from './Preview';
import { Reading } from './Reading';
import { useSaveMapping } from './useSaveMapping';

/** How a file of a layout of one's own is read: which column means what. */
export function MappingPage() {
  const { t } = useTranslation('mapping');
  const [{ file, profile, kind }] = useSearchParams();
  const [layout, setLayout] = usePageState<Draft['layout']>(`mapping.layout.${file}.${profile}`, {});
  const profiles = useProfiles();
  const kept = profiles.data?.find(({ id }) => id === profile);
  const how = howOf(
    kind ?? kept?.kind ?? '',
    Object.keys(layout).length > 0 ? layout : (kept?.mapping.layout ?? {}),
  );
  const inspection = useInspection(file, how);
  const shown = (inspection.data?.kind ?? kept?.kind ?? 'orders') as RecordKind;
  const fields = useFields(shown);
  const kept404 = profile !== undefined && profiles.data !== undefined && kept === undefined;
  const error = kept404 ? new Error(t('profileGone')) : (inspection.error ?? fields.error);
  const ready = fields.data && (file === undefined ? kept : inspection.data) && (!profile || kept);
  if (!ready || kept404) {
    return (
      <Page title={t('title')} within={{ href: '#/import', name: t('within') }} scrollKey="mapping">
        {file === undefined && profile === undefined ? (
          <EmptyState
            title={t('noFile.title')}
            actions={
              <>
                <Button component="a" href="#/import?choose=1">
                  {t('noFile.choose')}
                </Button>
                <Button variant="default" component="a" href="#/import/layouts">
                  {t('layouts.title')}
                </Button>
              </>
            }
          >
            {t('noFile.words')}
          </EmptyState>
        ) : (
          <Awaited query={{ error, refetch: inspection.refetch }} />
        )}
        {error && file !== undefined && Object.keys(layout).length > 0 && (
          <Button variant="default" onClick={() => setLayout({})}>
            {t('reading.undo')}
          </Button>
        )}
      </Page>
    );
  }
  return (
    <Editor
      key={`${file} ${profile}`}
      file={file}
      kept={kept}
      inspection={inspection.data ?? null}
      refused={inspection.isError ? inspection.error : null}
      fields={fields.data.fields}
      functions={fields.data.functions}
      onLayout={setLayout}
    />
  );
}

interface EditorProps {
  file: string | undefined;
  kept: KeptProfile | undefined;
  /** Null where a kept mapping is changed without a file at hand. */
  inspection: Inspection | null;
  /** The layout that was asked for cannot be read; the last one that could is shown. */
  refused: Error | null;
  fields: FieldInfo[];
  functions: { name: string; example: string; words: string }[];
  onLayout: (layout: Draft['layout']) => void;
}

function Editor({ file, kept, inspection, refused, fields, functions, onLayout }: EditorProps) {
  const { t } = useTranslation('mapping');
  const go = useGo();
  const [params, setParams] = useSearchParams();
  const name = useFile(file).data?.name ?? '';
  const columns = useMemo(
    () => inspection?.columns.map((column) => column.name) ?? kept?.mapping.headers ?? [],
    [inspection, kept],
  );
  const headers = useMemo(
    () => inspection?.columns.map(({ header }) => header) ?? columns,
    [inspection, columns],
  );
  const [first] = useState<Draft>(() =>
    kept ? draftFrom(kept.mapping, columns) : draftOf('', inspection as Inspection, fields),
  );
  const [draft, setDraft] = usePageState<Draft>(`mapping.${file}.${kept?.id}`, first);
  const named = draft.name || (kept ? '' : layoutName(name));
  const mapping = useMemo(
    () => mappingOf({ ...draft, name: named }, columns, headers),
    [draft, named, columns, headers],
  );
  useRegain(inspection, fields, setDraft, kept);
  const lacks = missing(draft, fields, columns);
  const can = lacks.required.length === 0 && lacks.oneOf.length === 0 && named.trim() !== '';
  const { save, saving, error } = useSaveMapping(mapping, file, kept);
  const leave = () => go(file ? (params.batch ? `/import/${params.batch}` : '/import') : '/import/layouts');
  useKeys(t('title'), [
    { keys: 'Mod+Enter', label: t(file ? 'savePlan' : 'save'), run: () => can && save(), inFields: true },
    { keys: 'u', label: t('leave'), run: leave },
  ]);
  const nameWrong =
    error instanceof ApiError && error.problem.field === 'name' ? error.problem.detail : undefined;
  const taken = error instanceof ApiError && error.problem.status === 409 && !kept;
  const said = error && !nameWrong ? wordsOf(error, t('refused')) : null;
  return (
    <Page
      title={<bdi>{file ? t('titleOf', { name }) : kept?.name}</bdi>}
      within={{ href: '#/import', name: t('within') }}
      actions={
        <>
          <Button variant="default" onClick={leave}>
            {t('leave')}
          </Button>
          <Button onClick={() => save()} disabled={!can} loading={saving}>
            {t(file ? 'savePlan' : 'save')}
          </Button>
        </>
      }
    >
      {said && (
        <NoticeLine
          state="needs_you"
          action={
            taken && (
              <Button size="compact-xs" variant="default" onClick={() => save(true)}>
                {t('replace')}
              </Button>
            )
          }
        >
          {said.message} {said.remedy}
        </NoticeLine>
      )}
      {refused && (
        <NoticeLine state="needs_you">
          {wordsOf(refused, t('refused')).message} {wordsOf(refused, '').remedy}
        </NoticeLine>
      )}
      <Lacks lacks={lacks} fields={fields} />
      <div className={styles.split}>
        <div className={styles.main}>
          <div className={styles.top}>
            {inspection && (
              <KindChoice inspection={inspection} kind={draft.kind} onKind={(kind) => setParams({ kind })} />
            )}
            <TextInput
              label={t('name')}
              description={t('nameWords')}
              value={named}
              onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
              error={nameWrong}
              maxLength={100}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              className={styles.name}
            />
          </div>
          {inspection && (
            <Reading
              inspection={inspection}
              draft={draft}
              columns={columns}
              onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
              onLayout={(layout) => {
                setDraft((before) => ({ ...before, layout }));
                onLayout(layout);
              }}
            />
          )}
          <ColumnTable
            inspection={inspection}
            file={file}
            columns={columns}
            fields={fields}
            functions={functions}
            draft={draft}
            mapping={mapping}
            onDraft={setDraft}
          />
          <Constants
            fields={fields}
            constants={draft.constants}
            onChange={(constants) => setDraft((before) => ({ ...before, constants }))}
          />
        </div>
        {file && (
          <Preview
            file={file}
            mapping={mapping}
            draft={draft}
            onDraft={(change) => setDraft((before) => ({ ...before, ...change }))}
          />
        )}
      </div>
    </Page>
  );
}

/** Another kind, or other columns after the layout changed: what is not known yet is guessed anew. */
function useRegain(
  inspection: Inspection | null,
  fields: FieldInfo[],
  setDraft: (next: (before: Draft) => Draft) => void,
  kept: KeptProfile | undefined,
): void {
  useEffect(() => {
    if (!inspection) return;
    const kind = inspection.kind as RecordKind;
    setDraft((before) => {
      if (before.kind !== kind) {
        return {
          ...before,
          kind,
          uses: guessed(inspection, fields),
          constants: {},
          key: '',
          lineWhen: undefined,
          lineIdentity: undefined,
        };
      }
      const known = inspection.columns.some(({ name }) => before.uses[name]);
      return known || kept ? before : { ...before, uses: guessed(inspection, fields) };
    });
  }, [inspection, fields, setDraft, kept]);
}

/** Said plainly: what is still needed before the file can be read. */
function Lacks({ lacks, fields }: { lacks: ReturnType<typeof missing>; fields: FieldInfo[] }) {
  const { t } = useTranslation('mapping');
  const { language } = useLocale();
  const first = fields[0]?.group ?? '';
  const called = (field: FieldInfo) =>
    field.group === first ? field.label : `${field.group}: ${field.label}`;
  const and = new Intl.ListFormat(language, { type: 'conjunction' });
  const or = new Intl.ListFormat(language, { type: 'disjunction' });
  if (lacks.required.length === 0 && lacks.oneOf.length === 0) return null;
  return (
    <NoticeLine state="needs_you">
      {lacks.required.length > 0
        ? t('lacks.required', {
            fields: and.format(lacks.required.map(called)),
            count: lacks.required.length,
          })
        : t('lacks.oneOf', { fields: or.format(lacks.oneOf.map(called)) })}
    </NoticeLine>
  );
}
