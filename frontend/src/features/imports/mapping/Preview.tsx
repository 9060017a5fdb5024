import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import {
  type Mapping,
  type MappingPreview,
  type PreviewRecord,
  type Problem,
  useMappingPreview,
} from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { CurrencySelect, ErrorState, Facts, StateBadge, When } from '@/ui';
import { rowWords } from '../words';
import { type Draft, twoReadings } from './draft';
import styles from './mapping.module.css';

/** How many records the preview reads. */
export const previewed = 8;

interface Props {
  file: string;
  mapping: Mapping;
  draft: Draft;
  onDraft: (change: Partial<Draft>) => void;
}

/** The first records as they would come in, and what is wrong with them, while the mapping is being made. */
export function Preview({ file, mapping, draft, onDraft }: Props) {
  const { t } = useTranslation('mapping');
  const { language } = useLocale();
  const [asked] = useDebouncedValue(mapping, 200);
  const preview = useMappingPreview(file, asked, previewed);
  const data = preview.data;
  const wrong = data?.records.filter(({ problems }) => problems.length > 0).length ?? 0;
  return (
    <aside className={styles.preview} aria-label={t('preview.title')}>
      <header className={styles.previewHead}>
        <h2 className={styles.heading}>{t('preview.title')}</h2>
        {data && !data.problem && (
          <span className={styles.soft}>
            {t('preview.count', {
              count: data.records.length,
              rows: formatCount(data.rows, language),
            })}
          </span>
        )}
        {wrong > 0 && <StateBadge state="needs_you">{t('preview.wrong', { count: wrong })}</StateBadge>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <div className={styles.records} tabIndex={0} role="group" aria-label={t('preview.title')}>
        {preview.error && !data && (
          <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
        )}
        {data?.problem && (
          <p className={styles.problem}>
            {data.problem.message} {data.problem.remedy}
          </p>
        )}
        {data && <Questions data={data} draft={draft} onDraft={onDraft} />}
        {!data?.problem && data?.records.map((record) => <RecordCard key={record.ordinal} record={record} />)}
      </div>
    </aside>
  );
}

/** What the file leaves open and only a person knows: each is asked once, with its answers. */
function Questions({ data, draft, onDraft }: { data: MappingPreview } & Pick<Props, 'draft' | 'onDraft'>) {
  const { t } = useTranslation('mapping');
  const { language } = useLocale();
  const problems = data.records.flatMap((record) => record.problems);
  const found =
    draft.dateOrder === ''
      ? problems.find((each) => each.code === 'date' && twoReadings(each.found, language))
      : undefined;
  const readings = found && twoReadings(found.found, language);
  const noCurrency =
    draft.currency === '' &&
    !draft.constants.currency &&
    (data.currency_needed || problems.some(({ code }) => code === 'currency_missing'));
  return (
    <>
      {found && readings && (
        <div className={styles.question} role="note">
          <p>{t('ask.date', { text: found.found })}</p>
          <Button variant="default" onClick={() => onDraft({ dateOrder: 'dmy' })}>
            {readings.dmy}
          </Button>
          <Button variant="default" onClick={() => onDraft({ dateOrder: 'mdy' })}>
            {readings.mdy}
          </Button>
        </div>
      )}
      {noCurrency && (
        <div className={styles.question} role="note">
          <p>{t('ask.currency')}</p>
          <CurrencySelect
            label={t('reading.currency')}
            value={draft.currency}
            none={t('reading.currencyNone')}
            onChange={(currency) => onDraft({ currency })}
          />
        </div>
      )}
    </>
  );
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const isInstant = (value: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

function RecordCard({ record }: { record: PreviewRecord }) {
  const { t } = useTranslation('mapping');
  const heads = [
    ...new Map(
      record.lines
        .flat()
        .filter(({ field }) => field !== 'line.uom')
        .map(({ field, label }) => [field, label]),
    ).entries(),
  ];
  return (
    <article className={styles.record} data-wrong={record.problems.length > 0}>
      <h3 className={styles.named}>
        <bdi>{record.name || t('preview.noName')}</bdi>
        <span className={styles.soft}>
          {t('preview.rows', { rows: rowWords(record.rows), count: record.rows.length })}
        </span>
      </h3>
      <Problems all={record.problems} wrong />
      <Facts
        items={[
          ...record.values.map(({ label, value }) => ({
            label,
            value: isInstant(value) ? (
              <When at={value} as="exact" />
            ) : (
              <bdi className={styles.value}>{value}</bdi>
            ),
          })),
          { label: t('preview.clears'), value: record.clears.join(', ') },
        ]}
      />
      {record.lines.length > 0 && (
        <div className={styles.lines}>
          <table>
            <thead>
              <tr>
                {heads.map(([field, label]) => (
                  <th key={field} scope="col">
                    {capital(label.replace(/^[^:]+: /, ''))}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {record.lines.map((line, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
                <tr key={place}>
                  {heads.map(([field]) => (
                    <td key={field}>
                      <bdi>{line.find((each) => each.field === field)?.value}</bdi>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Problems all={record.warnings} />
    </article>
  );
}

function Problems({ all, wrong = false }: { all: Problem[]; wrong?: boolean }) {
  // Each line of an order says the same again.
  const once = [...new Map(all.map((each) => [`${each.column} ${each.message}`, each])).entries()];
  if (once.length === 0) return null;
  return (
    <ul className={wrong ? styles.problems : styles.warnings}>
      {once.slice(0, 6).map(([key, problem]) => (
        <li key={key} title={problem.remedy}>
          {problem.column && <strong>{problem.column}</strong>} {problem.message}
        </li>
      ))}
    </ul>
  );
}
