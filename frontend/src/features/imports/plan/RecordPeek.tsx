import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ImportBatch, type ImportRecord, type Problem, useFields, useRecordRows } from '@/api';
import { href } from '@/lib/nav';
import { Facts, Money, PeekPart, RawTable, SidePeek, When } from '@/ui';
import { fieldWords, rowWords } from '../words';
import { FieldChange, VerdictBadge } from './columns';
import styles from './Plan.module.css';
import { RawCells } from './RawCells';

interface Props {
  batch: ImportBatch;
  record: ImportRecord;
  done: boolean;
  onClose: () => void;
}

/** One order of the file: every difference, and every problem with what to do. */
export function RecordPeek({ batch, record, done, onClose }: Props) {
  const { t } = useTranslation('imports');
  return (
    <SidePeek
      title={<bdi>{record.number || record.title || t('noNumber')}</bdi>}
      actions={
        record.order ? (
          <Button variant="default" component="a" href={`#/orders/${record.order}`}>
            {t('openOrder')}
          </Button>
        ) : (
          record.record && <Shown batch={batch} record={record} />
        )
      }
      onClose={onClose}
    >
      <p style={{ margin: '0 0 10px' }}>
        <VerdictBadge record={record} done={done} soft />{' '}
        {!done && <span className="meta">{t(`verdictWords.${record.verdict}`)}</span>}
        {record.settled && <span className="meta">{t('verdictWords.settled')}</span>}
      </p>
      {record.returned && <p className={styles.lead}>{t('returned.here')}</p>}
      {record.kind === 'orders' ? <OrderFacts record={record} /> : <StatedFacts record={record} />}
      {record.problems.length > 0 && (
        <PeekPart title={t('problems', { count: record.problems.length })}>
          <Problems problems={record.problems} />
        </PeekPart>
      )}
      {record.changes.length > 0 && (
        <PeekPart title={t('changes', { count: record.changes.length })}>
          <Facts
            items={record.changes.map((change) => ({
              label: fieldWords(t, change.field),
              value: <FieldChange change={change} />,
            }))}
          />
        </PeekPart>
      )}
      {record.warnings.length > 0 && (
        <PeekPart title={t('warnings', { count: record.warnings.length })}>
          <Problems problems={record.warnings} />
        </PeekPart>
      )}
      {batch.kind === 'edi' ? (
        <Segments batch={batch} record={record} />
      ) : (
        <RawCells batch={batch} record={record} />
      )}
    </SidePeek>
  );
}

function OrderFacts({ record }: { record: ImportRecord }) {
  const { t } = useTranslation('imports');
  return (
    <Facts
      items={[
        { label: t('column.rows'), value: rowWords(record.rows) },
        { label: t('column.buyer'), value: <bdi>{record.buyer}</bdi> },
        { label: t('column.items'), value: <bdi>{record.items}</bdi> },
        {
          label: t('column.total'),
          value: (
            <Money
              amount={record.total}
              currency={record.currency}
              computed={record.computed_total}
              missing="words"
            />
          ),
        },
        { label: t('column.placed'), value: record.placed_at && <When at={record.placed_at} as="exact" /> },
      ]}
    />
  );
}

/** A document of EDI as it came: its segments, which are not corrected here. */
function Segments({ batch, record }: { batch: ImportBatch; record: ImportRecord }) {
  const { t } = useTranslation('imports');
  const rows = useRecordRows(batch.id, record.ordinal).data;
  if (!rows) return null;
  return (
    <PeekPart title={t('raw.segments', { count: rows.rows.length })}>
      <RawTable
        columns={rows.columns}
        rows={rows.rows.map(({ cells }) => cells)}
        lines={rows.rows.map(({ number }) => number)}
        isBad={(line) => record.problems.some(({ row }) => row === line)}
      />
    </PeekPart>
  );
}

/** What a record of another kind states, in the order in which people read it. */
function StatedFacts({ record }: { record: ImportRecord }) {
  const { t } = useTranslation('imports');
  const order =
    useFields(record.kind === 'edi' ? 'orders' : record.kind).data?.fields.map(({ name }) => name) ?? [];
  const stated = Object.entries(record.stated).toSorted(
    ([one], [other]) => order.indexOf(one) - order.indexOf(other),
  );
  return (
    <Facts
      items={[
        { label: t('column.rows'), value: rowWords(record.rows) },
        ...stated.map(([field, value]) => ({
          label: fieldWords(t, field),
          value: <bdi className={styles.stated}>{value}</bdi>,
        })),
      ]}
    />
  );
}

function Problems({ problems }: { problems: Problem[] }) {
  const { t } = useTranslation('imports');
  return problems.map((problem, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: problems never move
    <div key={place} className={styles.problem}>
      <p>{problem.message}</p>
      <Facts
        items={[
          { label: t('problem.row'), value: problem.row || '' },
          { label: t('problem.column'), value: <bdi>{problem.column}</bdi> },
          {
            label: t('problem.found'),
            value: problem.found && <bdi className={styles.found}>{problem.found}</bdi>,
          },
          { label: t('problem.expected'), value: problem.expected },
        ].filter(({ label, value }) => label !== t('problem.column') || (value && problem.column))}
      />
      {problem.remedy && <p className={styles.remedy}>{problem.remedy}</p>}
    </div>
  ));
}

/** The way from a record to what is known here of it. */
function Shown({ batch, record }: { batch: ImportBatch; record: ImportRecord }) {
  const { t } = useTranslation('imports');
  const at = placeOf(batch.kind, record);
  if (!at) return null;
  return (
    <Button variant="default" component="a" href={at}>
      {t('openRecord')}
    </Button>
  );
}

function placeOf(kind: ImportBatch['kind'], { number, stated, title }: ImportRecord): string | null {
  switch (kind) {
    case 'products':
    case 'prices':
      return href('/products', { q: stated.sku ?? number });
    case 'stock_counts':
    case 'listing_links':
      return href('/stock', { q: stated.sku ?? number });
    case 'customers':
      return href('/customers', { q: stated.email ?? title });
    case 'tracking':
      return href('/orders', { search: number });
    default:
      return null;
  }
}
