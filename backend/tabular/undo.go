package tabular

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// UndoPlan previews taking an import back: how many orders go, how many get earlier values back, and which are left
// because something else changed them since.
type UndoPlan struct {
	Removed  int
	Reverted int
	Left     []LeftAlone
	Words    []string // what it does, where there is more to say than numbers
}

// LeftAlone is an order, or another record, that an undo leaves, with the reason in words.
type LeftAlone struct {
	RecordID int64
	Number   string
	Reason   string
}

// leftKept bounds the list of orders left alone; the count is exact all the same.
const leftKept = 500

// undoChunk is how many orders are taken back in one write.
const undoChunk = 25

// PlanUndo works out what taking the import back would do, writing nothing.
func (im *Importer) PlanUndo(ctx context.Context, importID int64) (UndoPlan, error) {
	i, err := im.undoable(ctx, importID)
	if err != nil {
		return UndoPlan{}, err
	}
	plan, err := PlanRunUndoOf(ctx, im.store, i.Scope(), i.AppliedRun)
	if err != nil || i.Kind != intake.EDI {
		return plan, err
	}
	acknowledged, err := im.store.DeliveredAcks(ctx, importID)
	if acknowledged > 0 {
		plan.Left = append(plan.Left, LeftAlone{Number: i.FileName, Reason: acknowledgedNote(acknowledged).Message})
	}
	return plan, err
}

// acknowledgedNote says what of EDI cannot be taken back.
func acknowledgedNote(n int) fault.Problem {
	return fault.Problem{Code: "acknowledged", Found: fmt.Sprint(n), Message: "The partner was told already that this arrived: the acknowledgement stays sent.",
		Remedy: "Importing the file again acknowledges nothing twice."}
}

// PlanRunUndoOf works out what taking back a run that changed records of a kind would do.
func PlanRunUndoOf(ctx context.Context, store UndoStore, scope intake.Scope, runID int64) (UndoPlan, error) {
	if scope.Kind == intake.Orders {
		return PlanRunUndo(ctx, store, runID)
	}
	plan, look := UndoPlan{Left: []LeftAlone{}}, store.Lookup(ctx)
	err := eachTouched(ctx, listOf(store, scope.Kind), runID, 0, func(all []Touched) error {
		for _, touched := range all {
			r, err := intake.PlanUndoOf(look, scope, runID, touched.ID)
			if err != nil {
				return err
			}
			plan.add(r)
		}
		return nil
	})
	return plan, err
}

// UndoStore is what taking a run back reads.
type UndoStore interface {
	Lookup(ctx context.Context) intake.Lookup
	OrdersOfRun(ctx context.Context, runID, after int64, limit int) ([]int64, error)
	// RecordsOfRun lists the records of a kind that a run touched, the one it touched first at the end.
	RecordsOfRun(ctx context.Context, runID int64, recordKind string, mark int64, limit int) ([]Touched, error)
	CreatedByRun(ctx context.Context, runID int64) (removable int, changed []LeftAlone, err error)
	OrdersChangedByRun(ctx context.Context, runID, after int64, limit int) ([]int64, error)
}

// PlanRunUndo works out what taking back any run that changed orders would do. Orders that the run created are judged by
// the store in one go, as an import may have made them by the ten thousand.
func PlanRunUndo(ctx context.Context, store UndoStore, runID int64) (UndoPlan, error) {
	removable, changed, err := store.CreatedByRun(ctx, runID)
	if err != nil {
		return UndoPlan{}, err
	}
	plan := UndoPlan{Removed: removable, Left: changed}
	err = eachTouched(ctx, byID(store.OrdersChangedByRun), runID, 0, func(all []Touched) error {
		for _, touched := range all {
			r, err := intake.PlanUndo(store.Lookup(ctx), runID, touched.ID)
			if err != nil {
				return err
			}
			plan.add(r)
		}
		return nil
	})
	return plan, err
}

// Touched is a record that a run touched. Mark is where a list of them goes on behind it.
type Touched struct {
	ID   int64
	Mark int64
}

// lister lists what a run touched, behind a mark (0: from the beginning).
type lister func(ctx context.Context, runID, mark int64, limit int) ([]Touched, error)

// listOf lists the records that a run made of records of a kind: orders by id, others from the one it touched last, as
// they may share something (a product's title).
func listOf(store UndoStore, kind intake.Kind) lister {
	if kind == intake.Orders {
		return byID(store.OrdersOfRun)
	}
	return func(ctx context.Context, runID, mark int64, limit int) ([]Touched, error) {
		return store.RecordsOfRun(ctx, runID, intake.RecordKind(kind), mark, limit)
	}
}

func byID(list func(ctx context.Context, runID, after int64, limit int) ([]int64, error)) lister {
	return func(ctx context.Context, runID, mark int64, limit int) ([]Touched, error) {
		ids, err := list(ctx, runID, mark, limit)
		all := make([]Touched, len(ids))
		for i, id := range ids {
			all[i] = Touched{id, id}
		}
		return all, err
	}
}

func eachTouched(ctx context.Context, list lister, runID, mark int64, do func([]Touched) error) error {
	for {
		all, err := list(ctx, runID, mark, undoChunk)
		if err != nil {
			return fmt.Errorf("listing what the run touched: %w", err)
		}
		if len(all) == 0 {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := do(all); err != nil {
			return err
		}
		mark = all[len(all)-1].Mark
	}
}

func (p *UndoPlan) add(r intake.Reversal) {
	switch {
	case r.ID() == 0:
		return
	case r.Remove:
		p.Removed++
	case len(r.Fields) > 0:
		p.Reverted++
	}
	for _, reason := range r.Left {
		if len(p.Left) < leftKept {
			p.Left = append(p.Left, LeftAlone{r.ID(), r.Name(), reason})
		}
	}
}

func (im *Importer) undoable(ctx context.Context, importID int64) (Import, error) {
	i, err := im.Import(ctx, importID)
	if err != nil {
		return i, err
	}
	if i.AppliedRun == 0 || i.State == Applying || i.State == Undoing || i.State == Undone {
		return i, fault.New(fault.Conflict, fmt.Sprintf("Import %d cannot be taken back: it is %s.", importID, i.State),
			"Only an import that was applied can be undone, and only once.")
	}
	return i, nil
}

// Undo takes an import back in the background; done is closed when it ended.
func (im *Importer) Undo(ctx context.Context, importID int64) (i Import, done <-chan struct{}, err error) {
	if i, err = im.undoable(ctx, importID); err != nil {
		return i, nil, err
	}
	run := journal.Run{Kind: journal.RunUndo, Cause: journal.ByPerson, Title: "Undo of the import of " + i.FileName, ChannelID: i.ChannelID, ImportID: i.ID,
		Subject: strconv.FormatInt(i.AppliedRun, 10), Total: int64(i.Counts.New + i.Counts.Changed)}
	err = im.store.InTabularTx(ctx, false, func(tx Tx) error {
		run.ID = 0
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		i.State, i.RunID, i.Problem = Undoing, run.ID, nil
		return tx.UpdateImport(i)
	})
	if err != nil {
		return i, nil, fmt.Errorf("starting to undo: %w", err)
	}
	return i, im.launch(i.ID, im.undo), nil
}

func (im *Importer) undo(ctx context.Context, importID int64) error {
	i, err := im.store.Import(ctx, importID)
	if err != nil {
		return err
	}
	run, err := im.store.Run(ctx, i.RunID)
	if err != nil {
		return err
	}
	result, err := undoRun(ctx, im.store, im.asUnit(), i.Scope(), i.AppliedRun, &run, func() {
		im.notify(Progress{i.ID, run.ID, run.Done, run.Total})
	})
	if err != nil {
		return err
	}
	return im.store.InTabularTx(ctx, false, func(tx Tx) error {
		next, ended := i, run
		next.State, next.UndoneAt = Undone, tx.Now()
		ended.State, ended.FinishedAt = journal.Done, tx.Now()
		if len(result.Left) > 0 {
			ended.State = journal.Partial
			next.Warnings = append(next.Warnings, fault.Problem{Code: "left", Found: fmt.Sprint(len(result.Left)),
				Message: fmt.Sprintf("%d values or records were left: something else changed them since.", len(result.Left))})
		}
		if i.Kind == intake.EDI {
			acknowledged, err := tx.UndoDocuments(i.ID)
			if err != nil {
				return err
			}
			if acknowledged > 0 {
				next.Warnings = append(next.Warnings, acknowledgedNote(acknowledged))
			}
		}
		return errors.Join(tx.UndoQuarantine(i.ID, i.AppliedRun), tx.UpdateRun(ended), tx.UpdateImport(next))
	})
}

// UndoRun takes back, chunk by chunk, what a run did to orders, recording under undo how far it is. An order that was
// taken back already is passed over, so that a crash on the way needs no repair.
func UndoRun(ctx context.Context, store UndoStore, unit intake.Unit, runID int64, undo *journal.Run, progress func()) (UndoPlan, error) {
	return undoRun(ctx, store, unit, intake.Scope{Kind: intake.Orders}, runID, undo, progress)
}

// UndoRunOf is UndoRun for a run that changed records of any kind.
func UndoRunOf(ctx context.Context, store UndoStore, unit intake.Unit, scope intake.Scope, runID int64, undo *journal.Run) (UndoPlan, error) {
	return undoRun(ctx, store, unit, scope, runID, undo, func() {})
}

// undoRun is UndoRun for records of any kind.
func undoRun(ctx context.Context, store UndoStore, unit intake.Unit, scope intake.Scope, runID int64, undo *journal.Run, progress func()) (UndoPlan, error) {
	plan := UndoPlan{Left: []LeftAlone{}}
	err := eachTouched(ctx, listOf(store, scope.Kind), runID, undo.Checkpoint, func(all []Touched) error {
		var chunk UndoPlan
		next := *undo
		err := unit.InTx(ctx, true, func(tx intake.Tx) error {
			chunk, next = UndoPlan{}, *undo
			for _, touched := range all {
				r, err := intake.UndoOf(tx, scope, runID, undo.ID, touched.ID)
				if err != nil {
					return err
				}
				chunk.add(r)
			}
			next.Done, next.Checkpoint = next.Done+int64(len(all)), all[len(all)-1].Mark
			next.Counts = map[string]int{"removed": plan.Removed + chunk.Removed, "reverted": plan.Reverted + chunk.Reverted, "left": len(plan.Left) + len(chunk.Left)}
			return tx.UpdateRun(next)
		})
		if err != nil {
			return fmt.Errorf("taking back: %w", err)
		}
		*undo = next
		plan.Removed, plan.Reverted, plan.Left = plan.Removed+chunk.Removed, plan.Reverted+chunk.Reverted, append(plan.Left, chunk.Left...)
		progress()
		return nil
	})
	return plan, err
}

// asUnit lets code that knows no imports write through the store.
func (im *Importer) asUnit() intake.Unit { return unit{im.store} }

type unit struct{ store Store }

func (u unit) InTx(ctx context.Context, bulk bool, do func(intake.Tx) error) error {
	return u.store.InTabularTx(ctx, bulk, func(tx Tx) error { return do(tx) })
}
