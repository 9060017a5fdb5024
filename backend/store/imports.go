package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/fault"
	"tradepost/backend/tabular"
)

// InTabularTx runs do as one atomic write of an import.
func (s *Store) InTabularTx(ctx context.Context, bulk bool, do func(tabular.Tx) error) error {
	lane := Urgent
	if bulk {
		lane = Bulk
	}
	return s.Write(ctx, lane, func(tx *Tx) error { return do(tx) })
}

// InsertImport writes a new import and fills in its id.
func (tx *Tx) InsertImport(i *tabular.Import) (err error) {
	tx.touch(Imports)
	i.ID, err = tx.Insert(`INSERT INTO import (file_id, file_name, format, channel_id, channel_name, channel_kind, mode, zone, zone_source,
		currency, date_order, state, cause, columns, rows, counts, warnings, problem, run_id, applied_run_id, timer_id, planned_at, applied_at, undone_at,
		kind, pass, sheet, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, importValues(i, tx.seq)...)
	i.Seq = tx.seq
	return err
}

func importValues(i *tabular.Import, seq int64) []any {
	return []any{i.FileID, i.FileName, i.Format, idArg(i.ChannelID), i.Channel, i.ChannelKind, string(i.Mode), i.Zone, string(i.ZoneSource),
		string(i.Currency), i.DateOrder, string(i.State), string(i.Cause), asJSON(i.Columns), i.Rows, asJSON(i.Counts), asJSON(i.Warnings),
		problemText(i.Problem), idArg(i.RunID), idArg(i.AppliedRun), idArg(i.TimerID), instantArg(i.PlannedAt), instantArg(i.AppliedAt),
		instantArg(i.UndoneAt), string(i.Kind), i.Pass, i.Sheet, seq}
}

// UpdateImport writes all of an import.
func (tx *Tx) UpdateImport(i tabular.Import) error {
	tx.touch(Imports)
	return tx.Exec(`UPDATE import SET file_id = ?, file_name = ?, format = ?, channel_id = ?, channel_name = ?, channel_kind = ?, mode = ?, zone = ?,
		zone_source = ?, currency = ?, date_order = ?, state = ?, cause = ?, columns = ?, rows = ?, counts = ?, warnings = ?, problem = ?, run_id = ?,
		applied_run_id = ?, timer_id = ?, planned_at = ?, applied_at = ?, undone_at = ?, kind = ?, pass = ?, sheet = ?, seq = ? WHERE id = ?`, append(importValues(&i, tx.seq), i.ID)...)
}

const importColumns = `i.id, i.file_id, i.file_name, f.size, i.format, COALESCE(i.channel_id, 0), COALESCE(c.name, i.channel_name), i.channel_kind,
	i.mode, i.zone, i.zone_source, i.currency, i.date_order, i.state, i.cause, i.columns, i.rows, i.counts, i.warnings, i.problem,
	COALESCE(i.run_id, 0), COALESCE(i.applied_run_id, 0), COALESCE(i.timer_id, 0), i.planned_at, i.applied_at, i.undone_at, i.kind, i.pass, i.sheet, i.seq`

const importTables = ` FROM import i JOIN file f ON f.id = i.file_id LEFT JOIN channel c ON c.id = i.channel_id `

func scanImport(from scanner, i *tabular.Import) error {
	var columns, counts, warnings, problem string
	if err := from.Scan(&i.ID, &i.FileID, &i.FileName, &i.FileSize, &i.Format, &i.ChannelID, &i.Channel, &i.ChannelKind, &i.Mode, &i.Zone,
		&i.ZoneSource, &i.Currency, &i.DateOrder, &i.State, &i.Cause, &columns, &i.Rows, &counts, &warnings, &problem, &i.RunID, &i.AppliedRun,
		&i.TimerID, instant{&i.PlannedAt}, instant{&i.AppliedAt}, instant{&i.UndoneAt}, &i.Kind, &i.Pass, &i.Sheet, &i.Seq); err != nil {
		return err
	}
	if problem != "" {
		i.Problem = &fault.Problem{}
	}
	return errors.Join(fromJSON(columns, &i.Columns), fromJSON(counts, &i.Counts), fromJSON(warnings, &i.Warnings), fromJSON(problem, i.Problem))
}

// Import reads one import.
func (s *Store) Import(ctx context.Context, id int64) (i tabular.Import, err error) {
	err = scanImport(s.reading(ctx).QueryRow(`SELECT `+importColumns+importTables+`WHERE i.id = ?`, id), &i)
	return i, classify("reading import", err)
}

// Imports lists imports, newest first, ids below before (0: all).
func (s *Store) Imports(ctx context.Context, before int64, limit int) ([]tabular.Import, error) {
	if before == 0 {
		before = 1 << 62
	}
	rows, err := s.reading(ctx).Query(`SELECT `+importColumns+importTables+`WHERE i.id < ? ORDER BY i.id DESC LIMIT ?`, before, limit)
	return collect(rows, err, func(rows *sql.Rows, i *tabular.Import) error { return scanImport(rows, i) })
}

// UnfinishedImports lists what a crash left under way; a scheduled plan that was never applied is one of those.
func (s *Store) UnfinishedImports(ctx context.Context) ([]tabular.Import, error) {
	rows, err := s.reading(ctx).Query(`SELECT ` + importColumns + importTables + `WHERE i.state IN ('planning', 'applying', 'undoing')
		OR i.state = 'planned' AND i.cause <> 'person' ORDER BY i.id`)
	return collect(rows, err, func(rows *sql.Rows, i *tabular.Import) error { return scanImport(rows, i) })
}

// PlansWaiting counts the imports whose plan, or what went back into it, waits for a person.
func (s *Store) PlansWaiting(ctx context.Context) (n int, err error) {
	err = s.reading(ctx).QueryRow(`SELECT count(*) FROM import WHERE state = 'planned'
		OR state = 'applied' AND id IN (SELECT import_id FROM plan_record WHERE returned > 0)`).Scan(&n)
	return n, err
}

// ImportsWaiting counts by import the records that still wait in quarantine: what came in again since, well or not, was
// retried or dismissed does not.
func (s *Store) ImportsWaiting(ctx context.Context) (map[int64]int, error) {
	rows, err := s.reading(ctx).Query(`SELECT import_id, count(*) FROM message INDEXED BY message_quarantined
		WHERE status = 'quarantined' AND import_id IS NOT NULL GROUP BY import_id`)
	pairs, err := collect(rows, err, func(rows *sql.Rows, p *[2]int64) error { return rows.Scan(&p[0], &p[1]) })
	waiting := make(map[int64]int, len(pairs))
	for _, p := range pairs {
		waiting[p[0]] = int(p[1])
	}
	return waiting, classify("counting what waits", err)
}

// WaitingRows gives the first rows of the records of an import that still wait in quarantine.
func (s *Store) WaitingRows(ctx context.Context, importID int64) (map[int]bool, error) {
	rows, err := s.reading(ctx).Query(`SELECT rows FROM message INDEXED BY message_quarantined WHERE status = 'quarantined' AND import_id = ?`, importID)
	all, err := collect(rows, err, func(rows *sql.Rows, numbers *[]int) error {
		var text string
		return errors.Join(rows.Scan(&text), fromJSON(text, numbers))
	})
	waiting := map[int]bool{}
	for _, numbers := range all {
		if len(numbers) > 0 {
			waiting[numbers[0]] = true
		}
	}
	return waiting, classify("reading what waits", err)
}

// EarlierImports lists the applied, not undone imports of a file, newest first.
func (s *Store) EarlierImports(ctx context.Context, fileID int64) ([]tabular.Earlier, error) {
	rows, err := s.reading(ctx).Query(`SELECT i.id, COALESCE(c.name, i.channel_name), i.applied_at FROM import i LEFT JOIN channel c ON c.id = i.channel_id
		WHERE i.file_id = ? AND i.state = 'applied' ORDER BY i.id DESC LIMIT 5`, fileID)
	return collect(rows, err, func(rows *sql.Rows, e *tabular.Earlier) error {
		return rows.Scan(&e.ImportID, &e.Channel, instant{&e.AppliedAt})
	})
}

// InsertPlanRecords writes judged orders of a plan; one that is there already is replaced.
func (tx *Tx) InsertPlanRecords(records []tabular.PlanRecord) error {
	for _, r := range records {
		if err := tx.Exec(`INSERT INTO plan_record (import_id, ordinal, rows, verdict, warned, number, order_id, observed_seq, problems)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (import_id, ordinal) DO UPDATE SET verdict = excluded.verdict`,
			r.ImportID, r.Ordinal, asJSON(r.Rows), string(r.Verdict), r.Warned, r.Number, idArg(r.RecordID), r.Observed, asJSON(withoutFound(r.Problems))); err != nil {
			return err
		}
	}
	return nil
}

// UpdatePlanRecord writes what became of one order of a plan.
func (tx *Tx) UpdatePlanRecord(r tabular.PlanRecord) error {
	return tx.Exec(`UPDATE plan_record SET verdict = ?, order_id = ?, observed_seq = ?, problems = ?, returned = ? WHERE import_id = ? AND ordinal = ?`,
		string(r.Verdict), idArg(r.RecordID), r.Observed, asJSON(withoutFound(r.Problems)), r.Returned, r.ImportID, r.Ordinal)
}

// ClearPlan removes the records of a plan that was discarded or is made anew.
func (tx *Tx) ClearPlan(importID int64) error {
	return tx.Exec(`DELETE FROM plan_record WHERE import_id = ?`, importID)
}

// PlanRecords lists a plan's orders in file order.
func (s *Store) PlanRecords(ctx context.Context, importID int64, filter tabular.RecordFilter) ([]tabular.PlanRecord, error) {
	query := s.query.NewSelect().TableExpr("plan_record").
		ColumnExpr("import_id, ordinal, rows, verdict, warned, number, COALESCE(order_id, 0), observed_seq, problems, returned").
		Where("import_id = ?", importID).Where("ordinal > ?", filter.After).OrderExpr("ordinal").Limit(int64(filter.Limit))
	if filter.Pass != 0 {
		query = query.Where("returned = ?", filter.Pass)
	}
	switch filter.Verdict {
	case "":
	case "returned":
		query = query.Where("returned > 0")
	case "warning":
		query = query.Where("warned = 1")
	default:
		query = query.Where("verdict = ?", filter.Verdict)
	}
	rows, err := query.Rows(ctx)
	return collect(rows, err, func(rows *sql.Rows, r *tabular.PlanRecord) error {
		var lines, problems string
		if err := rows.Scan(&r.ImportID, &r.Ordinal, &lines, &r.Verdict, &r.Warned, &r.Number, &r.RecordID, &r.Observed, &problems, &r.Returned); err != nil {
			return err
		}
		return errors.Join(fromJSON(lines, &r.Rows), fromJSON(problems, &r.Problems))
	})
}

// ImportProblems lists every problem of a plan in file order, without what was found.
func (s *Store) ImportProblems(ctx context.Context, importID int64) ([]fault.Problem, error) {
	rows, err := s.reading(ctx).Query(`SELECT problems FROM plan_record WHERE import_id = ? AND verdict = 'error' ORDER BY ordinal`, importID)
	lists, err := collect(rows, err, func(rows *sql.Rows, list *[]fault.Problem) error {
		var text string
		return errors.Join(rows.Scan(&text), fromJSON(text, list))
	})
	all := []fault.Problem{}
	for _, list := range lists {
		all = append(all, list...)
	}
	return all, classify("reading problems", err)
}

// UndoQuarantine takes the quarantined messages of an import off the list of what waits, and puts back those that its
// run had superseded.
func (tx *Tx) UndoQuarantine(importID, runID int64) error {
	tx.nothingWaits = false
	if err := tx.Exec(`UPDATE message SET status = 'quarantined', record_kind = '', record_id = NULL, seq = ?
		WHERE record_kind = 'run' AND record_id = ? AND status = 'superseded'`, tx.seq, runID); err != nil {
		return err
	}
	return tx.Exec(`UPDATE message SET status = 'undone', seq = ? WHERE import_id = ? AND status = 'quarantined'`, tx.seq, importID)
}
