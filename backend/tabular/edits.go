package tabular

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// Edit is a correction of a cell of a planned import, or of all cells of a column that say the same. The kept file stays as
// it came; corrections are laid over it when it is read, and count as part of it.
type Edit struct {
	ID       int64
	ImportID int64
	Row      int    // the physical line; 0: every row whose cell says From
	Column   string // as the columns of the import are called
	From     string // what stands there without this correction
	To       string
	MadeAt   commerce.Instant
}

func (e Edit) laid() format.Edit {
	return format.Edit{Row: e.Row, Column: e.Column, From: e.From, To: e.To}
}

// longestCell bounds what a person may write into a cell.
const longestCell = 32 << 10

// Edit corrects a planned import and plans it anew; done is closed when the plan is ready.
func (im *Importer) Edit(ctx context.Context, e Edit) (edit Edit, i Import, done <-chan struct{}, err error) {
	if i, err = im.editable(ctx, e.ImportID); err != nil {
		return e, i, nil, err
	}
	if e, err = im.placed(ctx, i, e); err != nil {
		return e, i, nil, err
	}
	i, done, err = im.replan(ctx, i, func(tx Tx) error { return tx.InsertEdit(i.FileID, &e) })
	return e, i, done, err
}

// Unedit takes a correction back and plans the import anew.
func (im *Importer) Unedit(ctx context.Context, importID, editID int64) (i Import, done <-chan struct{}, err error) {
	if i, err = im.editable(ctx, importID); err != nil {
		return i, nil, err
	}
	return im.replan(ctx, i, func(tx Tx) error { return tx.DeleteEdit(importID, editID) })
}

// editable reads an import that may be corrected: one whose plan waits.
func (im *Importer) editable(ctx context.Context, importID int64) (Import, error) {
	i, err := im.Import(ctx, importID)
	if err != nil {
		return i, err
	}
	if i.Kind == intake.EDI {
		return i, fault.New(fault.Conflict, "What a partner sends by EDI is not corrected here.", "Ask them to send it again, corrected; the acknowledgement tells them what is wrong.")
	}
	if i.AppliedRun != 0 || i.State != Planned && i.State != Failed {
		remedy := "Correct the file, or the failed rows, and drop it again."
		if i.State == Planning {
			remedy = "Wait until the plan is ready."
		}
		return i, fault.New(fault.Conflict, "This import cannot be corrected: it is "+string(i.State)+".", remedy)
	}
	return i, nil
}

// replan makes a change and begins a new plan in one write, so that a crash between them finds a plan to be made.
func (im *Importer) replan(ctx context.Context, i Import, change func(Tx) error) (Import, <-chan struct{}, error) {
	next := i
	err := im.store.InTabularTx(ctx, false, func(tx Tx) error {
		next = i
		run := journal.Run{Kind: journal.RunPlan, Cause: i.Cause, Title: "Plan of " + i.FileName, ImportID: i.ID, TimerID: i.TimerID, Total: int64(i.Rows)}
		if err := errors.Join(change(tx), tx.InsertRun(&run)); err != nil {
			return err
		}
		next.State, next.RunID, next.Problem, next.Warnings = Planning, run.ID, nil, []fault.Problem{}
		return tx.UpdateImport(next)
	})
	if err != nil {
		return i, nil, fmt.Errorf("correcting import: %w", err)
	}
	return next, im.launch(i.ID, im.plan), nil
}

// placed checks that a correction has a place in the file, and notes what stands there now.
func (im *Importer) placed(ctx context.Context, i Import, e Edit) (Edit, error) {
	names := format.ColumnNames(i.Columns)
	column := slices.Index(names, e.Column)
	if column < 0 {
		column = slices.Index(i.Columns, e.Column)
	}
	switch {
	case column < 0:
		return e, fault.New(fault.Invalid, fmt.Sprintf("The file has no column %q.", e.Column), "Name a column as the file does.").InField("column")
	case len(e.To) > longestCell:
		return e, fault.New(fault.Invalid, "The value is too long.", "Shorten it.").InField("value")
	case e.Row < 0:
		return e, fault.New(fault.Invalid, "A row is a line of the file, counted from 1.", "Name a row of the plan.").InField("row")
	}
	e.Column = names[column]
	if e.Row == 0 {
		return e, nil
	}
	cell, err := im.cellAt(ctx, i, e.Row, column)
	e.From = cell
	return e, err
}

// cellAt reads a cell of the import's file.
func (im *Importer) cellAt(ctx context.Context, i Import, line, column int) (cell string, err error) {
	found := false
	err = im.eachRecord(ctx, i, func(record format.Record) error {
		for _, row := range record.Rows {
			if row.Number == line {
				found = true
				if column < len(row.Cells) {
					cell = row.Cells[column]
				}
				return errEnough
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return "", err
	}
	if !found {
		return "", fault.New(fault.NotFound, fmt.Sprintf("No record of the plan has a row %d.", line), "Name a row that a record of the plan lists.").InField("row")
	}
	return cell, nil
}

// RecordRows is a record of an import with the rows it was read from.
type RecordRows struct {
	RecordView

	Columns []string     // as corrections name them
	Data    []format.Row // cells with the corrections made so far
}

// Record reads one record of an import with its rows.
func (im *Importer) Record(ctx context.Context, importID int64, ordinal int) (RecordRows, error) {
	i, err := im.store.Import(ctx, importID)
	if err != nil {
		return RecordRows{}, err
	}
	plan, err := im.store.PlanRecords(ctx, importID, RecordFilter{After: ordinal - 1, Limit: 1})
	if err != nil {
		return RecordRows{}, err
	}
	if len(plan) == 0 || plan[0].Ordinal != ordinal {
		return RecordRows{}, fault.New(fault.NotFound, fmt.Sprintf("The plan has no record %d.", ordinal), "Open the plan again.")
	}
	out := RecordRows{Columns: format.ColumnNames(i.Columns)}
	err = im.eachRecord(ctx, i, func(record format.Record) (err error) {
		if record.Ordinal < ordinal {
			return nil
		}
		out.Data = record.Rows
		out.RecordView, err = im.view(ctx, i, plan[0], record)
		return errors.Join(err, errEnough)
	})
	if errors.Is(err, errEnough) && out.Data != nil {
		err = nil
	}
	return out, err
}
