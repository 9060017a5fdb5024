package listings

import (
	"context"
	"fmt"

	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// Undoing is what taking a run back does, or would do.
type Undoing struct {
	Removed  int // variants and listings that the run made
	Reverted int // those that get earlier values back
	Left     []Left
}

// Left is a record that stays as it is, with the reason in words.
type Left struct {
	Kind   intake.Kind
	ID     int64
	Name   string
	Reason string
}

// leftKept bounds the list of what is left.
const leftKept = 500

func (u *Undoing) add(kind intake.Kind, r intake.Reversal) {
	switch {
	case r.ID() == 0:
		return
	case r.Remove:
		u.Removed++
	case len(r.Fields) > 0:
		u.Reverted++
	}
	for _, reason := range r.Left {
		if len(u.Left) < leftKept {
			u.Left = append(u.Left, Left{kind, r.ID(), r.Name(), reason})
		}
	}
}

// PlanUndo works out what taking a run back would do, writing nothing.
func (l *Linker) PlanUndo(ctx context.Context, runID int64) (Undoing, error) {
	u, look := Undoing{Left: []Left{}}, l.store.Lookup(ctx)
	err := l.eachTouched(ctx, runID, 0, func(all []Touched) error {
		for _, t := range all {
			r, err := intake.PlanUndoOf(look, intake.Scope{Kind: t.Kind}, runID, t.ID)
			if err != nil {
				return err
			}
			u.add(t.Kind, r)
		}
		return nil
	})
	return u, err
}

// Undo takes a run back as another run, the last step first. What has changed since is left and named.
func (l *Linker) Undo(ctx context.Context, of journal.Run) (journal.Run, Undoing, error) {
	u := Undoing{Left: []Left{}}
	undo := journal.Run{Kind: journal.RunUndo, Cause: journal.ByPerson, Title: "Undo: " + of.Title, Subject: fmt.Sprint(of.ID), Counts: map[string]int{}}
	if err := l.store.InListingTx(ctx, false, func(tx Tx) error {
		undo.ID = 0
		return tx.InsertRun(&undo)
	}); err != nil {
		return undo, u, err
	}
	err := l.eachTouched(ctx, of.ID, 0, func(all []Touched) error { return l.undoPart(ctx, of.ID, &undo, &u, all) })
	return undo, u, l.close(ctx, &undo, err)
}

func (l *Linker) undoPart(ctx context.Context, runID int64, undo *journal.Run, u *Undoing, all []Touched) error {
	var next Undoing
	run := *undo
	err := l.store.InListingTx(ctx, true, func(tx Tx) error {
		next, run = *u, *undo
		for _, t := range all {
			r, err := intake.UndoOf(tx, intake.Scope{Kind: t.Kind}, runID, undo.ID, t.ID)
			if err != nil {
				return err
			}
			next.add(t.Kind, r)
		}
		run.Done += int64(len(all))
		run.Counts = map[string]int{"removed": next.Removed, "reverted": next.Reverted, "left": len(next.Left)}
		return tx.UpdateRun(run)
	})
	if err == nil {
		*u, *undo = next, run
	}
	return err
}

func (l *Linker) eachTouched(ctx context.Context, runID, mark int64, do func([]Touched) error) error {
	for {
		all, err := l.store.CatalogTouched(ctx, runID, mark, chunk)
		if err != nil {
			return fmt.Errorf("listing what the run touched: %w", err)
		}
		if len(all) == 0 {
			return nil
		}
		if err := do(all); err != nil {
			return err
		}
		mark = all[len(all)-1].Mark
	}
}
