package tabular

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/tabular/format"
)

// RecordView is one record of a plan as people see it: what the file states, and how that differs from what is known.
type RecordView struct {
	PlanRecord
	Kind     intake.Kind
	Title    string        // what it is about; may be a personal value
	Order    order.Order   // as the file states it
	Stated   intake.Stated // of any kind but orders
	Document *trade.Filed  // of EDI
	Changes  []order.Change
	Warnings []fault.Problem
}

// errEnough ends reading a file early.
var errEnough = errors.New("enough")

// Records lists a part of a plan, reading the orders from the kept file.
func (im *Importer) Records(ctx context.Context, importID int64, filter RecordFilter) ([]RecordView, error) {
	i, err := im.store.Import(ctx, importID)
	if err != nil {
		return nil, err
	}
	plan, err := im.store.PlanRecords(ctx, importID, filter)
	if err != nil || len(plan) == 0 {
		return []RecordView{}, err
	}
	views := make([]RecordView, 0, len(plan))
	err = im.eachRecord(ctx, i, func(record format.Record) error {
		if len(views) == len(plan) {
			return errEnough
		}
		if record.Ordinal != plan[len(views)].Ordinal {
			return nil
		}
		view, err := im.view(ctx, i, plan[len(views)], record)
		views = append(views, view)
		return err
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return views, nil
}

func (im *Importer) view(ctx context.Context, i Import, plan PlanRecord, record format.Record) (RecordView, error) {
	view := RecordView{PlanRecord: plan, Kind: i.kindOf(record), Title: titleOf(i.Kind, record), Order: record.Order, Stated: record.Stated, Document: record.Document, Warnings: record.Warnings}
	for n := range view.Problems {
		view.Problems[n].Fill(cellOf(i.Columns, record, view.Problems[n]))
	}
	if len(record.Problems) > 0 {
		view.Problems = record.Problems
		return view, nil
	}
	look := im.store.Lookup(ctx)
	at, err := channels{}.of(ctx, im.store, i, record)
	if err != nil {
		return view, err
	}
	var j intake.Judgement
	if record.Document != nil {
		seen, err := im.arrivals(ctx, i)
		if err != nil {
			return view, err
		}
		j, err = at.judgeDocument(im.store.Exchange(ctx), look, seen.incoming(at, record))
		if err != nil {
			return view, err
		}
	} else if j, err = at.judge(look, record); err != nil {
		return view, err
	}
	if j.ID() != 0 {
		view.RecordID = j.ID()
	}
	if i.AppliedRun == 0 || plan.Returned != 0 {
		view.Changes, err = im.inWords(ctx, i, record, j.Changes)
		return view, err
	}
	changes, err := done(look, i.AppliedRun, intake.RecordKind(view.Kind), view.RecordID)
	if err == nil {
		view.Changes, err = im.inWords(ctx, i, record, changes)
	}
	return view, err
}

// done lists what the applied import changed in a record.
func done(look intake.Lookup, runID int64, recordKind string, id int64) ([]order.Change, error) {
	if id == 0 {
		return nil, nil
	}
	changes, err := look.ChangesOfRun(runID, recordKind, id)
	var all []order.Change
	for _, c := range changes {
		all = append(all, c.Fields...)
	}
	return all, err
}

// Problems lists what is wrong with the rows of an import that cannot be applied, with what was found. It bounds the
// list; more tells that there are others.
func (im *Importer) Problems(ctx context.Context, importID int64, limit int) (all []fault.Problem, more bool, err error) {
	all = []fault.Problem{}
	filter := RecordFilter{Verdict: string(intake.Error), Limit: 500}
	for {
		views, err := im.Records(ctx, importID, filter)
		if err != nil || len(views) == 0 {
			return all, false, err
		}
		for _, view := range views {
			all = append(all, view.Problems...)
		}
		if len(all) > limit {
			return all[:limit], true, nil
		}
		filter.After = views[len(views)-1].Ordinal
	}
}

const errorPrefix = "Tradepost: "

// errorColumns are put behind the columns of a failed-rows file; a later import of the corrected file ignores them.
var errorColumns = []string{errorPrefix + "column", errorPrefix + "what is wrong", errorPrefix + "what to do"}

// FailedRows writes the rows that could not be applied in the layout of the original file, a workbook as a workbook, with
// three columns that say what is wrong, ready to be corrected and dropped again.
func (im *Importer) FailedRows(ctx context.Context, importID int64, to io.Writer) error {
	i, err := im.store.Import(ctx, importID)
	if err != nil {
		return err
	}
	if i.Kind == intake.EDI {
		return im.failedDocuments(ctx, i, to)
	}
	recognition, _, err := im.reading(ctx, i)
	if err != nil {
		return err
	}
	writer, err := newRowWriter(to, recognition, append(slices.Clone(recognition.Columns), errorColumns...))
	if err != nil {
		return err
	}
	plans := planReader{store: im.store, importID: i.ID}
	err = im.eachRecord(ctx, i, func(record format.Record) error {
		plan, err := plans.next(ctx, record.Ordinal)
		if err != nil || plan.Verdict != intake.Error {
			return err
		}
		problems := record.Problems
		if len(problems) == 0 {
			problems = plan.Problems
		}
		return writeFailed(writer, record, problems)
	})
	return errors.Join(err, writer.Close())
}

// writeFailed writes all rows of an order, so that it is whole when it is dropped again.
func writeFailed(writer rowWriter, record format.Record, problems []fault.Problem) error {
	for n, row := range record.Rows {
		var columns, wrong, remedies []string
		for _, p := range problems {
			if p.Row == row.Number || p.Row == 0 && n == 0 {
				columns, wrong, remedies = append(columns, p.Column), append(wrong, p.Message), append(remedies, p.Remedy)
			}
		}
		cells := append(slices.Clone(row.Cells), strings.Join(columns, "; "), strings.Join(wrong, " "), strings.Join(remedies, " "))
		if err := writer.Write(cells); err != nil {
			return err
		}
	}
	return nil
}

// Reread reads a quarantined message again from its payload, as its import was told to.
func (im *Importer) Reread(ctx context.Context, m journal.Message, payload journal.Payload) (format.Record, error) {
	i, err := im.store.Import(ctx, m.ImportID)
	if err != nil {
		return format.Record{}, err
	}
	if i, err = im.settleAgain(ctx, i); err != nil {
		return format.Record{}, err
	}
	if i.Kind == intake.EDI {
		return im.rereadDocument(ctx, i, payload)
	}
	recognition, mapping, err := im.boundTo(ctx, m.ImportID, payload)
	if err != nil {
		return format.Record{}, err
	}
	options, err := i.options()
	if err != nil {
		return format.Record{}, err
	}
	if mapping != nil {
		options = mapping.Answer(options)
	}
	rows := make([]format.Row, len(payload.Rows))
	for n, row := range payload.Rows {
		rows[n] = format.Row{Number: row.Number, Cells: row.Cells}
	}
	return format.ReadRows(recognition, options, payload.Columns, rows)
}

// boundTo lays what an import reads by over the columns of a payload: its mapping, or the format.
func (im *Importer) boundTo(ctx context.Context, importID int64, payload journal.Payload) (format.Recognition, *format.Profile, error) {
	mapping, _, err := im.store.ImportProfile(ctx, importID)
	if err != nil {
		return format.Recognition{}, nil, err
	}
	if mapping == nil {
		recognition, err := format.ForColumns(payload.Format, payload.Columns)
		return recognition, nil, err
	}
	recognition, err := format.ForProfile(*mapping, payload.Columns)
	return recognition, mapping, err
}

// settleAgain lets what the channel says by now (its zone, its currency) count.
func (im *Importer) settleAgain(ctx context.Context, i Import) (Import, error) {
	request := Request{Currency: string(i.Currency)}
	if i.ZoneSource == "option" {
		request.Zone = i.Zone
	}
	return im.settle(ctx, i, request)
}
