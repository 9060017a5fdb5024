import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { failedRowsHref, type ImportBatch, type Problem, usePlanImport, type Verdict } from '@/api';
import { useGo } from '@/lib/nav';
import { CurrencySelect, NoticeLine, wordsOf } from '@/ui';
import { currencyOpen, fileNotes, isPutAway, nounOf } from '../words';
import { Corrections } from './Corrections';
import { useReplan } from './useReplan';

interface Props {
  batch: ImportBatch;
  tab: Verdict | '';
  onTab: (verdict: Verdict) => void;
}

/** Good to know, but nothing to decide: these share one line. */
const calmCodes = new Set(['unknown_columns', 'same_file', 'joined_sheets']);
/** Asked by a line of its own. */
const askedCodes = new Set(['currency_needed']);

/** What concerns the whole file: how it ended, what was assumed, what is left out. */
export function PlanNotices({ batch, tab, onTab }: Props) {
  const { t } = useTranslation('imports');
  const errors = batch.orders.error ?? 0;
  const returned = batch.orders.stale ?? 0;
  const failed = batch.state === 'failed';
  const notes = fileNotes(batch);
  const loud = notes.filter(({ code }) => !calmCodes.has(code) && !askedCodes.has(code));
  const calm = notes.filter(({ code }) => calmCodes.has(code));
  return (
    <>
      {failed && (
        <NoticeLine state="needs_you" action={<ReadAgain batch={batch} />}>
          {batch.error?.message || t('failed.words')} {batch.error?.remedy} {t('failed.kept')}
        </NoticeLine>
      )}
      {batch.state === 'cancelled' && (
        <NoticeLine state="quiet" action={<ReadAgain batch={batch} />}>
          {t(isPutAway(batch) ? 'putAway' : 'cancelled.words')}
        </NoticeLine>
      )}
      {batch.state === 'undone' && <NoticeLine state="quiet">{t('undone.words')}</NoticeLine>}
      {returned > 0 && batch.state === 'applied' && (
        <NoticeLine
          state="late"
          action={
            tab !== 'returned' && (
              <Button size="compact-xs" variant="default" onClick={() => onTab('returned')}>
                {t('returned.show', { count: returned })}
              </Button>
            )
          }
        >
          {t('returned.note', { count: returned, noun: nounOf(t, batch.kind, returned) })}
        </NoticeLine>
      )}
      {batch.waiting > 0 && batch.state === 'applied' && (
        <NoticeLine
          state="needs_you"
          action={
            <Button
              size="compact-xs"
              variant="default"
              component="a"
              href={failedRowsHref(batch.id)}
              download
            >
              {t('failedRows.download')}
            </Button>
          }
        >
          {t('failedRows.done', { count: batch.waiting, noun: nounOf(t, batch.kind, batch.waiting) })}{' '}
          <a href="#/quarantine">{t('failedRows.quarantine')}</a>
        </NoticeLine>
      )}
      {batch.state === 'planned' && currencyOpen(batch) && <AskCurrency batch={batch} />}
      {errors > 0 && batch.state === 'planned' && (
        <NoticeLine
          state="needs_you"
          action={
            tab !== 'error' && (
              <Button size="compact-xs" variant="subtle" onClick={() => onTab('error')}>
                {t('failedRows.show', { count: errors })}
              </Button>
            )
          }
        >
          {t('failedRows.plan', { count: errors, noun: nounOf(t, batch.kind, errors) })}
        </NoticeLine>
      )}
      <Corrections batch={batch} />
      {(batch.state === 'planned' || batch.state === 'applied') && (
        <>
          {loud.map((note) => (
            <NoticeLine key={note.message} state="late">
              {note.message} {note.remedy}
            </NoticeLine>
          ))}
          {calm.length > 0 && (
            <NoticeLine state="quiet">
              {calm.map((note) => (
                <span key={note.message}>
                  {note.message} {note.remedy} <EarlierLink note={note} />
                </span>
              ))}
            </NoticeLine>
          )}
        </>
      )}
    </>
  );
}

/** The one thing that keeps the file out: a person says it once, and the channel's later files follow. */
function AskCurrency({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const { replan, error } = useReplan(batch);
  return (
    <NoticeLine
      state="needs_you"
      action={
        <CurrencySelect
          aria-label={t('askCurrency.label')}
          value=""
          none={t('askCurrency.choose')}
          onChange={(currency) => currency && replan({ currency })}
          error={error ? wordsOf(error, '').message : undefined}
          w={200}
        />
      }
    >
      {t('askCurrency.words', { channel: batch.channel })}
    </NoticeLine>
  );
}

/** The import that the same file was used for before. */
function EarlierLink({ note }: { note: Problem }) {
  const { t } = useTranslation('imports');
  if (note.code !== 'same_file' || !/^\d+$/.test(note.found)) return null;
  return <a href={`#/import/${note.found}`}>{t('earlier')}</a>;
}

/** A new plan of the same file: safe at any time, because nothing is doubled. */
function ReadAgain({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const go = useGo();
  const plan = usePlanImport();
  const again = () =>
    plan.mutate(
      {
        file: batch.file.id,
        format: batch.profile ? '' : batch.format || 'auto',
        profile: batch.profile ?? undefined,
        sheet: batch.sheet || undefined,
        channel: batch.channel,
        zone: batch.zone_source === 'option' ? batch.zone : '',
        currency: batch.currency,
        mode: batch.mode,
      },
      { onSuccess: (next) => go(`/import/${next.id}`) },
    );
  return (
    <Button size="compact-xs" variant="default" onClick={again} loading={plan.isPending}>
      {t('readAgain')}
    </Button>
  );
}
