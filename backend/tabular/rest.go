package tabular

import (
	"context"
	"errors"
	"fmt"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// What changed between plan and apply goes back into the plan, judged anew: the person sees what differs now, and applies
// the rest by applying the import once more. Each time is a pass; what changes even then waits for the next.

// Rest reports whether an applied import has records that went back into its plan.
func (i Import) Rest() bool { return i.State == Applied && i.Counts.Stale > 0 }

// staleCode marks the note that tells of them.
const staleCode = "stale"

func staleNote(n int) fault.Problem {
	words := fmt.Sprintf("%d records changed after the plan was made. They are back in the plan, as they stand now.", n)
	if n == 1 {
		words = "1 record changed after the plan was made. It is back in the plan, as it stands now."
	}
	return fault.Problem{Code: staleCode, Found: fmt.Sprint(n), Message: words, Remedy: "Look at what differs now, then apply the rest."}
}

// stale reports whether a record is not what the person saw when they approved the plan: something other than this very
// import changed it since. Imports that nobody looked at (schedules) are judged as things are now.
func (a *applier) stale(tx Tx, plan PlanRecord, j intake.Judgement) (bool, error) {
	if a.i.Cause != journal.ByPerson || j.Version() == plan.Observed || j.Verdict == intake.Same || j.Verdict == intake.Skipped {
		return false, nil
	}
	if j.ID() == 0 {
		return plan.Observed != 0, nil
	}
	return tx.ChangedAfter(intake.RecordKind(a.i.Kind), j.ID(), plan.Observed, a.run.ID)
}

// giveBack puts a record back into the plan as it is judged now.
func (a *applier) giveBack(tx Tx, p planned, j intake.Judgement, counts *Counts) error {
	next := p.plan
	next.Problems = nil
	next.judged(j)
	next.Returned = a.i.Pass + 1
	if p.plan.Returned == 0 {
		counts.Stale++
	}
	return tx.UpdatePlanRecord(next)
}

// settle notes in the plan what becomes of a record where that is not what the plan says.
func (a *applier) settle(tx Tx, p planned, j intake.Judgement, counts *Counts) error {
	if p.plan.Returned == 0 && j.Verdict != intake.Error {
		return nil
	}
	next := p.plan
	next.Verdict, next.Problems = j.Verdict, j.Problems
	return a.takeOut(tx, next, counts)
}

// takeOut writes what became of a record, which does not wait any more.
func (a *applier) takeOut(tx Tx, next PlanRecord, counts *Counts) error {
	if next.Returned != 0 {
		counts.Stale--
	}
	next.Returned = 0
	return tx.UpdatePlanRecord(next)
}

// rest applies what waits for this pass, in the order of the file.
func (a *applier) rest(ctx context.Context) error {
	plans := waiting{store: a.im.store, importID: a.i.ID, pass: a.i.Pass}
	err := a.im.eachRecord(ctx, a.i, func(record format.Record) error {
		plan, found, err := plans.at(ctx, record.Ordinal)
		switch {
		case err != nil:
			return err
		case plans.ended:
			return errEnough
		case !found:
			return nil
		}
		p, err := a.ready(record, plan)
		if err != nil {
			return err
		}
		return a.add(ctx, p)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if err := a.flush(ctx); err != nil {
		return err
	}
	return a.finish(ctx)
}

// waiting walks the plan's records that wait for a pass beside the file's.
type waiting struct {
	store    Store
	importID int64
	pass     int
	after    int
	ahead    []PlanRecord
	ended    bool
}

// at gives the record of an ordinal, if it waits.
func (w *waiting) at(ctx context.Context, ordinal int) (PlanRecord, bool, error) {
	for len(w.ahead) > 0 && w.ahead[0].Ordinal < ordinal {
		w.ahead = w.ahead[1:]
	}
	if len(w.ahead) == 0 && !w.ended {
		page, err := w.store.PlanRecords(ctx, w.importID, RecordFilter{After: w.after, Limit: 500, Pass: w.pass})
		if err != nil {
			return PlanRecord{}, false, err
		}
		if w.ended = len(page) == 0; !w.ended {
			w.ahead, w.after = page, page[len(page)-1].Ordinal
		}
	}
	if len(w.ahead) == 0 || w.ahead[0].Ordinal != ordinal {
		return PlanRecord{}, false, nil
	}
	return w.ahead[0], true, nil
}
