package tabular

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// planBatch is how many judged orders share one write: a few milliseconds of the writer's time.
const planBatch = 1000

// warningsKept bounds the warnings that an import carries itself; each order keeps its own.
const warningsKept = 50

// planner gathers one plan.
type planner struct {
	im    *Importer
	i     Import
	run   journal.Run
	look  intake.Lookup
	batch []PlanRecord
	rows  int64
	near  channels
	seen  *arrivals // of a file of EDI
}

// plan judges every order of the file against what is known and writes the verdicts; nothing else is written.
func (im *Importer) plan(ctx context.Context, importID int64) error {
	i, err := im.store.Import(ctx, importID)
	if err != nil {
		return err
	}
	run, err := im.store.Run(ctx, i.RunID)
	if err != nil {
		return err
	}
	i.Counts = Counts{}
	p := &planner{im: im, i: i, run: run, look: im.store.Lookup(ctx), near: channels{}}
	if p.seen, err = im.arrivals(ctx, i); err != nil {
		return err
	}
	if err := im.store.InTabularTx(ctx, true, func(tx Tx) error { return tx.ClearPlan(i.ID) }); err != nil {
		return err
	}
	err = ahead(ctx, func(ctx context.Context, yield func(format.Record) error) error {
		return im.eachRecord(ctx, i, func(record format.Record) error {
			im.store.GiveWay()
			return yield(record)
		})
	}, func(record format.Record) error { return p.judge(ctx, record) })
	if err != nil {
		return err
	}
	if err := p.write(ctx); err != nil {
		return err
	}
	return p.finish(ctx)
}

// eachRecord reads the import's file as it was told to be read.
func (im *Importer) eachRecord(ctx context.Context, i Import, yield func(format.Record) error) error {
	if i.Kind == intake.EDI {
		return im.eachDocument(ctx, i, yield)
	}
	recognition, options, err := im.reading(ctx, i)
	if err != nil {
		return err
	}
	return format.Read(ctx, im.source(i.FileID), recognition, options, yield)
}

func (i Import) options() (format.Options, error) {
	zone, err := time.LoadLocation(i.Zone)
	if err != nil {
		return format.Options{}, fmt.Errorf("loading zone: %w", err)
	}
	return format.Options{Format: i.Format, Zone: zone, ZoneSource: i.ZoneSource, Currency: i.Currency, DateOrder: i.DateOrder}, nil
}

func (p *planner) judge(ctx context.Context, record format.Record) error {
	planned := PlanRecord{ImportID: p.i.ID, Ordinal: record.Ordinal, Rows: rowNumbers(record.Rows), Verdict: intake.Error,
		Warned: len(record.Warnings) > 0, Number: nameOf(p.i.Kind, record), Problems: record.Problems}
	if len(record.Problems) == 0 {
		i, err := p.near.of(ctx, p.im.store, p.i, record)
		if err != nil {
			return err
		}
		var j intake.Judgement
		if in := p.seen.incoming(i, record); in != nil {
			j, err = i.judgeDocument(p.im.store.Exchange(ctx), p.look, in)
		} else {
			j, err = i.judge(p.look, record)
		}
		if err != nil {
			return err
		}
		planned.judged(j)
		p.notice(&planned, j)
	}
	p.count(planned, record)
	p.batch = append(p.batch, planned)
	if len(p.batch) < planBatch {
		return nil
	}
	return p.write(ctx)
}

// notice says what a verdict alone does not: an order that an update found unknown.
func (p *planner) notice(planned *PlanRecord, j intake.Judgement) {
	if j.Verdict != intake.Skipped || j.ID() != 0 || p.i.Kind == intake.EDI {
		return
	}
	planned.Warned = true
	if p.i.Kind != intake.Orders {
		name := planned.Number
		if name == "" {
			name = "What the row is about" // a customer is never named
		}
		p.warn(fault.Problem{Row: planned.Rows[0], Code: "unknown_record", Found: planned.Number, Expected: "a record that is known",
			Message: name + " is not known here, and updating creates nothing.", Remedy: "Import with mode merge or new to create it."})
		return
	}
	w := fault.Problem{Row: planned.Rows[0], Code: "unknown_order", Found: planned.Number,
		Message: "Order " + planned.Number + " is not known here, and updating creates none.", Expected: "an order that is known",
		Remedy: "Import with mode merge or new to create it."}
	if format.KnownOnly(p.i.Format) {
		w.Message = "Order " + planned.Number + " is not known here, and this file does not hold all of an order."
		w.Remedy = "Export “Orders, complete” where it came from, and import that."
	}
	p.warn(w)
}

func (p *planner) count(planned PlanRecord, record format.Record) {
	p.i.Counts.add(planned.Verdict, 1)
	if planned.Warned {
		p.i.Counts.Warning++
	}
	for _, w := range record.Warnings {
		p.warn(w)
	}
	p.rows += int64(len(record.Rows))
}

func (p *planner) warn(w fault.Problem) {
	if len(p.i.Warnings) < warningsKept {
		p.i.Warnings = append(p.i.Warnings, w)
	}
}

func (p *planner) write(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.run.Done = p.rows
	err := p.im.store.InTabularTx(ctx, true, func(tx Tx) error {
		if err := tx.InsertPlanRecords(p.batch); err != nil {
			return err
		}
		return tx.UpdateRun(p.run)
	})
	p.batch = p.batch[:0]
	p.im.notify(Progress{p.i.ID, p.run.ID, p.run.Done, p.run.Total})
	return err
}

func (p *planner) finish(ctx context.Context) error {
	notes, err := p.notes(ctx)
	if err != nil {
		return err
	}
	notes = append(notes, p.i.Warnings...)
	return p.im.store.InTabularTx(ctx, false, func(tx Tx) error {
		i, run := p.i, p.run
		i.State, i.PlannedAt, i.Problem = Planned, tx.Now(), nil
		i.Warnings = notes
		run.State, run.FinishedAt, run.Counts = journal.Done, tx.Now(), i.Counts.asMap()
		if err := tx.UpdateRun(run); err != nil {
			return err
		}
		return tx.UpdateImport(i)
	})
}

func (c Counts) asMap() map[string]int {
	return map[string]int{"new": c.New, "changed": c.Changed, "same": c.Same, "skipped": c.Skipped, "error": c.Error, "stale": c.Stale}
}

// notes are the warnings about the file as a whole.
func (p *planner) notes(ctx context.Context) ([]fault.Problem, error) {
	recognition, _, err := p.im.reading(ctx, p.i)
	if err != nil {
		return nil, err
	}
	notes := []fault.Problem{}
	if recognition.ZoneNeeded {
		notes = append(notes, zoneNote(p.i))
	}
	if recognition.CurrencyNeeded {
		notes = append(notes, currencyNote(p.i))
	}
	if unused := unusedColumns(recognition); unused != "" {
		notes = append(notes, fault.Problem{Code: "unknown_columns", Message: "Columns that are kept but not used: " + unused + ".", Found: unused})
	}
	notes = append(notes, sheetNotes(recognition)...)
	earlier, err := p.im.store.EarlierImports(ctx, p.i.FileID)
	if err != nil {
		return nil, err
	}
	for _, e := range earlier {
		notes = append(notes, fault.Problem{Code: "same_file", Found: fmt.Sprint(e.ImportID),
			Message: fmt.Sprintf("This very file was imported%s on %s.", into(e.Channel), e.AppliedAt.Time().In(p.im.store.Zone()).Format("2 January 2006 at 15:04")),
			Remedy:  "Nothing is doubled by importing it again."})
	}
	return notes, nil
}

// unusedColumns names the columns that fill nothing, but for those that the failed rows of ours came back with.
func unusedColumns(recognition format.Recognition) string {
	theirs := slices.DeleteFunc(slices.Clone(recognition.UnknownColumns), func(name string) bool { return strings.HasPrefix(name, errorPrefix) })
	return strings.Join(theirs, ", ")
}

// sheetNotes say which sheets of a workbook are read, and which are not.
func sheetNotes(recognition format.Recognition) (notes []fault.Problem) {
	if joined := strings.Join(recognition.JoinedSheets, ", "); joined != "" {
		notes = append(notes, fault.Problem{Code: "joined_sheets", Found: joined,
			Message: "Sheet " + recognition.Sheet + " is read as one table with those that go on where it ends: " + joined + ". Rows are counted on."})
	}
	if others := strings.Join(recognition.OtherSheets, ", "); others != "" {
		message := "Sheet " + recognition.Sheet + " is read; the workbook has others that are not: " + others + "."
		if len(recognition.JoinedSheets) > 0 {
			message = "Other sheets of the workbook are not read: " + others + "."
		}
		notes = append(notes, fault.Problem{Code: "other_sheets", Found: others, Message: message,
			Remedy: "To import another one, choose it: each is an import of its own."})
	}
	return notes
}

func zoneNote(i Import) fault.Problem {
	whose := map[commerce.ZoneSource]string{commerce.ZoneFromOption: "as you said", commerce.ZoneFromChannel: "the channel's zone",
		commerce.ZoneFromWorkspace: "the workspace's zone"}[i.ZoneSource]
	return fault.Problem{Code: "zone", Found: i.Zone, Message: "Times in this file name no zone; they are read as " + i.Zone + " (" + whose + ").",
		Remedy: "If that is wrong, plan again with another zone."}
}

func currencyNote(i Import) fault.Problem {
	if i.Currency == "" {
		return fault.Problem{Code: "currency_needed", Message: "Amounts in this file name no currency.",
			Remedy: "Say which one it is; later files of " + i.Channel + " are then read the same way."}
	}
	return fault.Problem{Code: "currency", Found: string(i.Currency), Message: "Amounts in this file name no currency; they are read as " + string(i.Currency) + ".",
		Remedy: "If that is wrong, plan again with another currency."}
}

func rowNumbers(rows []format.Row) []int {
	numbers := make([]int, len(rows))
	for i, row := range rows {
		numbers[i] = row.Number
	}
	return numbers
}
