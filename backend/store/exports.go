package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/export"
)

// The topics of exports.
const (
	Exports   Topic = "exports"
	Templates Topic = "templates"
)

// InExportTx runs do as one atomic write of an export.
func (s *Store) InExportTx(ctx context.Context, bulk bool, do func(export.Tx) error) error {
	lane := Urgent
	if bulk {
		lane = Bulk
	}
	return s.Write(ctx, lane, func(tx *Tx) error { return do(tx) })
}

// SaveExport writes a journal entry, a new one or what became of it.
func (tx *Tx) SaveExport(e export.Journalled) error {
	tx.touch(Exports)
	return tx.Exec(`INSERT OR REPLACE INTO export (run_id, template_id, template, kind, format, target, destination, filter, rows, records,
		left_out, files, problems, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.Run.ID, e.TemplateID, e.Template, string(e.Kind),
		string(e.Format), e.Target, e.Destination, e.Filter, e.Rows, e.Records, e.LeftOut, asJSON(e.Files), asJSON(e.Problems), tx.seq)
}

// NoteSent remembers that orders went to a target by a run. It counts once the run has ended well.
func (tx *Tx) NoteSent(target string, runID int64, orders []int64) error {
	for _, id := range orders {
		if err := tx.Exec(`INSERT OR IGNORE INTO exported_order (target, order_id, run_id) VALUES (?, ?, ?)`, target, id, runID); err != nil {
			return err
		}
	}
	return nil
}

// ForgetSent takes back what NoteSent noted for a run.
func (tx *Tx) ForgetSent(runID int64) error {
	return tx.Exec(`DELETE FROM exported_order WHERE run_id = ?`, runID)
}

const exportColumns = `e.template_id, e.template, e.kind, e.format, e.target, e.destination, e.filter, e.rows, e.records, e.left_out, e.files,
	e.problems`

const exportTables = ` FROM export e JOIN run r ON r.id = e.run_id LEFT JOIN channel c ON c.id = r.channel_id `

// tailScanner scans what a run's columns leave into further values.
type tailScanner struct {
	from scanner
	tail []any
}

func (t tailScanner) Scan(into ...any) error { return t.from.Scan(append(into, t.tail...)...) }

func scanExport(from scanner, e *export.Journalled) error {
	var files, problems string
	tail := []any{&e.TemplateID, &e.Template, &e.Kind, &e.Format, &e.Target, &e.Destination, &e.Filter, &e.Rows, &e.Records, &e.LeftOut, &files, &problems}
	if err := scanRun(tailScanner{from, tail}, &e.Run); err != nil {
		return err
	}
	return errors.Join(fromJSON(files, &e.Files), fromJSON(problems, &e.Problems))
}

// Exports lists the journal of exports, newest first; before, unless 0, is the run's id to go on below.
func (s *Store) Exports(ctx context.Context, before int64, limit int) ([]export.Journalled, error) {
	if before == 0 {
		before = 1 << 62
	}
	rows, err := s.reading(ctx).Query(`SELECT `+runColumns+`, `+exportColumns+exportTables+`WHERE e.run_id < ? ORDER BY e.run_id DESC LIMIT ?`, before, limit)
	all, err := collect(rows, err, func(rows *sql.Rows, e *export.Journalled) error { return scanExport(rows, e) })
	return all, classify("reading exports", err)
}

// ExportOfRun reads one export.
func (s *Store) ExportOfRun(ctx context.Context, runID int64) (e export.Journalled, err error) {
	err = scanExport(s.reading(ctx).QueryRow(`SELECT `+runColumns+`, `+exportColumns+exportTables+`WHERE e.run_id = ?`, runID), &e)
	if errors.Is(err, sql.ErrNoRows) {
		return e, fault.New(fault.NotFound, "There is no such export.", "See the list of exports.")
	}
	return e, classify("reading export", err)
}

// ExportTemplates lists the templates that people made, by name.
func (s *Store) ExportTemplates(ctx context.Context) ([]export.Template, error) {
	rows, err := s.reading(ctx).Query(`SELECT id, name, body, changed_at, seq FROM export_template ORDER BY name_key`)
	all, err := collect(rows, err, func(rows *sql.Rows, t *export.Template) error {
		var body, name string
		var id, seq int64
		if err := rows.Scan(&id, &name, &body, instant{&t.ChangedAt}, &seq); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), t); err != nil {
			return fmt.Errorf("reading template %d: %w", id, err)
		}
		t.ID, t.Name, t.Version = id, name, seq
		return nil
	})
	return all, classify("reading templates", err)
}

// SaveExportTemplate writes a template. A name that is taken is a fault.Conflict.
func (s *Store) SaveExportTemplate(ctx context.Context, t export.Template, version int64) (export.Template, error) {
	err := s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Templates)
		key := strings.ToLower(strings.TrimSpace(t.Name))
		var taken bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM export_template WHERE name_key = ? AND id <> ?)`, key, t.ID).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return fault.New(fault.Conflict, "There is a template called "+t.Name+" already.", "Choose another name.").InField("name")
		}
		t.Version, t.ChangedAt = tx.seq, tx.now
		body := asJSON(t)
		if t.ID == 0 {
			id, err := tx.Insert(`INSERT INTO export_template (name, name_key, kind, format, body, created_at, changed_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				t.Name, key, string(t.Kind), string(t.Format), body, int64(tx.now), int64(tx.now), tx.seq)
			t.ID = id
			return err
		}
		var seq int64
		if err := tx.QueryRow(`SELECT seq FROM export_template WHERE id = ?`, t.ID).Scan(&seq); err != nil {
			return err
		}
		if err := expect(seq, version); err != nil {
			return err
		}
		return tx.Exec(`UPDATE export_template SET name = ?, name_key = ?, kind = ?, format = ?, body = ?, changed_at = ?, seq = ? WHERE id = ?`,
			t.Name, key, string(t.Kind), string(t.Format), body, int64(tx.now), tx.seq, t.ID)
	})
	return t, classify("saving template", err)
}

// DeleteExportTemplate removes a template; the journal keeps its name.
func (s *Store) DeleteExportTemplate(ctx context.Context, id int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Templates)
		n, err := tx.Affect(`DELETE FROM export_template WHERE id = ?`, id)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "There is no such template.", "See the list of templates.")
		}
		return err
	})
}
