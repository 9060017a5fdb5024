import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Edit,
  type ImportBatch,
  type ImportRecord,
  useEditImport,
  useEdits,
  useImportProblems,
  useRecordRows,
  useTakeBackEdit,
} from '@/api';
import { cx } from '@/lib/cx';
import { Awaited, PeekPart } from '@/ui';
import { CellEditor } from './CellEditor';
import styles from './RawCells.module.css';

/** One cell: the row's line in the file and the column's name. */
interface Place {
  row: number;
  column: string;
}

/** The rows a record was read from, cell by cell. While the plan waits each cell can be corrected in place. */
export function RawCells({ batch, record }: { batch: ImportBatch; record: ImportRecord }) {
  const { t } = useTranslation(['imports', 'ui']);
  const rows = useRecordRows(batch.id, record.ordinal);
  const editable = batch.state === 'planned';
  const edits = useEdits(batch.id, true).data ?? [];
  const problems = useImportProblems(batch.id, editable && record.problems.length > 0).data ?? [];
  const edit = useEditImport(batch.id);
  const back = useTakeBackEdit(batch.id);
  const [at, setAt] = useState<Place | null>(null);
  const [empty, setEmpty] = useState(false);
  if (!rows.data) return <Awaited query={rows} lines={3} />;
  if (!rows.data) return null;
  const { columns, rows: lines } = rows.data;
  const bad = (row: number, column: string) =>
    record.problems.some((each) => each.column === column && (each.row === row || each.row === 0));
  const all = columns.map((name, place) => ({
    name,
    cells: lines.map(({ number, cells, edited }) => ({
      row: number,
      value: cells[place] ?? '',
      edited: edited.includes(place),
      bad: bad(number, name),
    })),
  }));
  // What is wrong comes first: that is what a person is here for.
  const told = all.filter(({ cells }) => cells.some((cell) => cell.value !== '' || cell.edited || cell.bad));
  const shown = (empty ? all : told).toSorted(
    (one, other) => Number(other.cells.some((cell) => cell.bad)) - Number(one.cells.some((cell) => cell.bad)),
  );
  const order = shown.flatMap(({ name, cells }) => cells.map(({ row }) => ({ row, column: name })));
  const next = ({ row, column }: Place, step: 1 | -1): Place | null => {
    const place = order.findIndex((each) => each.row === row && each.column === column);
    return order[place + step] ?? null;
  };
  const save = (place: Place, from: string, value: string, everywhere: boolean, then: Place | null) => {
    setAt(then);
    if (value === from) return;
    edit.mutate(everywhere ? { column: place.column, from, value } : { ...place, value });
  };
  return (
    <PeekPart title={t('imports:raw.title', { count: lines.length })}>
      {editable && <p className="meta">{t('imports:raw.hint')}</p>}
      {all.length > told.length && (
        <Checkbox
          my={6}
          label={t('ui:raw.showEmpty', { count: all.length - told.length })}
          checked={empty}
          onChange={(event) => setEmpty(event.currentTarget.checked)}
        />
      )}
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('ui:raw.column')}</th>
              {lines.map(({ number }) => (
                <th key={number} scope="col">
                  {t('ui:raw.row', { row: number })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name, cells }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {cells.map((cell) => {
                  const place = { row: cell.row, column: name };
                  const correction = cell.edited ? editOf(edits, place, cell.value) : undefined;
                  const editing = at?.row === cell.row && at.column === name;
                  return (
                    <td key={cell.row} className={cx(cell.bad && styles.bad, cell.edited && styles.edited)}>
                      {editing ? (
                        <CellEditor
                          label={t('imports:raw.cell', place)}
                          value={cell.value}
                          alike={
                            problems.filter((each) => each.column === name && each.found === cell.value)
                              .length
                          }
                          onSave={(value, everywhere, step) =>
                            save(place, cell.value, value, everywhere, step ? next(place, step) : null)
                          }
                          onLeave={() => setAt(null)}
                        />
                      ) : (
                        <Cell
                          value={cell.value}
                          label={editable ? t('imports:raw.edit', place) : undefined}
                          onEdit={() => setAt(place)}
                        />
                      )}
                      {cell.bad && <span className="sr">{t('ui:raw.bad')}</span>}
                      {correction && !editing && (
                        <span className={styles.was}>
                          {correction.from === ''
                            ? t('imports:raw.wasBlank')
                            : t('imports:raw.was', { from: correction.from })}
                          {editable && (
                            <Button
                              size="compact-xs"
                              variant="subtle"
                              color="gray"
                              loading={back.isPending && back.variables === correction.id}
                              onClick={() => back.mutate(correction.id)}
                            >
                              {t('imports:raw.takeBack')}
                            </Button>
                          )}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </PeekPart>
  );
}

/** The correction that made a cell what it is: its own, else the last one for all alike. */
const editOf = (edits: readonly Edit[], { row, column }: Place, value: string): Edit | undefined =>
  edits.findLast((edit) => edit.column === column && edit.row === row) ??
  edits.findLast((edit) => edit.column === column && edit.row === null && edit.value === value);

function Cell({ value, label, onEdit }: { value: string; label: string | undefined; onEdit: () => void }) {
  const { t } = useTranslation('imports');
  const shown = value === '' ? <span className={styles.blank}>{t('raw.blank')}</span> : <bdi>{value}</bdi>;
  if (!label) return shown;
  return (
    <button type="button" className={styles.cell} aria-label={`${label}: ${value}`} onClick={onEdit}>
      {shown}
    </button>
  );
}
