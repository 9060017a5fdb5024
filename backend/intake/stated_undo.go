package intake

import (
	"fmt"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/journal"
)

// Scope says which records an undo is about: those that a file of a kind became, as one channel names them.
type Scope struct {
	Kind      Kind
	ChannelID int64
}

// ID is the id of the record that a reversal is about; 0 when it is gone.
func (r Reversal) ID() int64 {
	switch {
	case r.Order != nil:
		return r.Order.ID
	case r.Record != nil:
		return r.Record.ID
	}
	return 0
}

// Name is how people know the record that a reversal is about.
func (r Reversal) Name() string {
	switch {
	case r.Order != nil:
		return r.Order.Number
	case r.Record != nil:
		return r.Record.Title
	}
	return ""
}

// PlanUndoOf works out the reversal of what a run did to one record of any kind, writing nothing.
func PlanUndoOf(look Lookup, scope Scope, runID, id int64) (Reversal, error) {
	if scope.Kind == Orders {
		return PlanUndo(look, runID, id)
	}
	finder := look.Finder(scope.Kind, scope.ChannelID)
	known, err := finder.Load(id)
	if err != nil || known == nil {
		return Reversal{}, err
	}
	changes, err := look.ChangesOfRun(runID, RecordKind(scope.Kind), id)
	if err != nil {
		return Reversal{}, fmt.Errorf("reading what the run did: %w", err)
	}
	r := Reversal{Record: known}
	if slices.ContainsFunc(changes, func(c journal.Change) bool { return c.Action == journal.Created }) {
		if done, err := r.remove(look, finder, RecordKind(scope.Kind), runID); err != nil || done {
			return r, err
		}
	}
	return r, r.revertAll(look, finder, runID, changes)
}

// remove plans to remove what a run created. done tells that the record stays and nothing of it goes back.
func (r *Reversal) remove(look Lookup, finder Finder, recordKind string, runID int64) (done bool, err error) {
	changed, err := look.ChangedByOthers(recordKind, r.Record.ID, runID)
	if err != nil {
		return true, fmt.Errorf("looking for later changes: %w", err)
	}
	if changed {
		r.Left = []string{ChangedSince}
		return true, nil
	}
	held, err := finder.Held(r.Record)
	if err != nil {
		return true, fmt.Errorf("looking for what refers to it: %w", err)
	}
	if held != "" {
		r.Left = []string{held}
		return true, nil
	}
	r.Remove = true
	return false, nil
}

// revertAll puts the values of all changes back, also of a record that goes: it may share some (a product's title).
func (r *Reversal) revertAll(look Lookup, finder Finder, runID int64, changes []journal.Change) error {
	for _, change := range changes { // newest first
		for _, field := range slices.Backward(change.Fields) {
			if err := r.revertField(look, finder, runID, field); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Reversal) revertField(look Lookup, finder Finder, runID int64, field commerce.FieldChange) error {
	if reverter, ok := finder.(Reverter); ok {
		back, reason, special, err := reverter.Revert(runID, r.Record, field)
		if err != nil {
			return fmt.Errorf("taking back %s: %w", field.Field, err)
		}
		if special {
			r.take(back, reason)
			return nil
		}
	}
	if field.Personal {
		was, err := look.ContactVersion(field.Contact, field.From)
		if err != nil {
			return fmt.Errorf("reading contact: %w", err)
		}
		then, err := look.ContactVersion(field.Contact, field.To)
		if err != nil {
			return fmt.Errorf("reading contact: %w", err)
		}
		value := contactField(field.Field)
		field.Before, field.After = *value(&was), *value(&then)
	}
	now := r.Record.Values[field.Field]
	if now != field.After {
		r.leave(field.Field)
		return nil
	}
	r.take(commerce.FieldChange{Field: field.Field, Before: now, After: field.Before, Personal: field.Personal, Line: field.Line}, "")
	return nil
}

func (r *Reversal) take(back commerce.FieldChange, reason string) {
	if reason != "" {
		if !slices.Contains(r.Left, reason) {
			r.Left = append(r.Left, reason)
		}
		return
	}
	if back.Field == "" {
		return
	}
	r.Fields = append(r.Fields, back)
	r.Record.Values[back.Field] = back.After
}

// UndoOf takes back what a run did to one record of any kind, under the undo run.
func UndoOf(tx Tx, scope Scope, runID, undoRunID, id int64) (Reversal, error) {
	if scope.Kind == Orders {
		return Undo(tx, runID, undoRunID, id)
	}
	r, err := PlanUndoOf(tx, scope, runID, id)
	if err != nil || r.Record == nil || r.Nothing() {
		return r, err
	}
	keeper, action := tx.Keeper(scope.Kind, scope.ChannelID), journal.Reverted
	known, err := keeper.Load(id) // planning laid the earlier values over the other
	if err != nil {
		return r, err
	}
	from := known.Contact.Version
	if len(r.Fields) > 0 {
		if err := keeper.Set(undoRunID, known, r.Fields); err != nil {
			return r, fmt.Errorf("taking back %s: %w", RecordKind(scope.Kind), err)
		}
	}
	fields := versioned(r.Fields, known, from)
	if r.Remove {
		action = journal.Removed
		if err := keeper.Delete(undoRunID, known); err != nil {
			return r, fmt.Errorf("removing %s: %w", RecordKind(scope.Kind), err)
		}
	}
	if err := tx.UndoMessages(runID, RecordKind(scope.Kind), id); err != nil {
		return r, err
	}
	return r, tx.InsertChange(journal.Change{RecordKind: RecordKind(scope.Kind), RecordID: id, Action: action, Fields: fields, RunID: undoRunID})
}
