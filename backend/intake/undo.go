package intake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Reversal is what taking a run's effect on one order back means. What has changed since is left alone and named.
type Reversal struct {
	Order  *order.Order // nil when the order is gone
	Record *Known       // of any other kind; nil when it is gone
	Remove bool
	After  order.Order
	Fields []order.Change // what would be put back, Before being what it is now
	Left   []string       // reasons, in words, why something stays
}

// ChangedSince is why an order that a run created is not removed.
const ChangedSince = "it was changed since by something else"

// Nothing reports whether there is nothing to take back.
func (r Reversal) Nothing() bool { return !r.Remove && len(r.Fields) == 0 }

// PlanUndo works out the reversal of what a run did to one order, writing nothing.
func PlanUndo(look Lookup, runID, orderID int64) (Reversal, error) {
	now, err := look.LoadOrder(orderID)
	if err != nil || now == nil {
		return Reversal{}, err
	}
	changes, err := look.ChangesOfRun(runID, OrderKind, orderID)
	if err != nil {
		return Reversal{}, fmt.Errorf("reading what the run did: %w", err)
	}
	if slices.ContainsFunc(changes, func(c journal.Change) bool { return c.Action == journal.Created }) {
		return planRemoval(look, now, runID)
	}
	return planRevert(look, now, changes)
}

func planRemoval(look Lookup, now *order.Order, runID int64) (Reversal, error) {
	changed, err := look.ChangedByOthers(OrderKind, now.ID, runID)
	if err != nil {
		return Reversal{}, fmt.Errorf("looking for later changes: %w", err)
	}
	if changed {
		return Reversal{Order: now, After: *now, Left: []string{ChangedSince}}, nil
	}
	return Reversal{Order: now, Remove: true}, nil
}

func planRevert(look Lookup, now *order.Order, changes []journal.Change) (Reversal, error) {
	after := *now
	after.Lines, after.Parties, after.Tags = slices.Clone(now.Lines), slices.Clone(now.Parties), slices.Clone(now.Tags)
	r := Reversal{Order: now}
	for _, change := range changes { // newest first
		for _, field := range slices.Backward(change.Fields) {
			if err := r.revert(look, &after, field); err != nil {
				return r, err
			}
		}
	}
	r.After = after
	return r, nil
}

// revert puts one value back if it still is what the run made it.
func (r *Reversal) revert(look Lookup, after *order.Order, field order.Change) error {
	switch {
	case field.Personal:
		return r.revertContact(look, after, field)
	case field.Field == "lines.new":
		r.removeLine(after, field)
		return nil
	case field.Line != 0:
		return r.revertLine(after, field)
	}
	now, _ := after.Get(field.Field)
	if now != field.After {
		r.leave(field.Field)
		return nil
	}
	r.put(field.Field, now, field.Before)
	return after.Set(field.Field, field.Before)
}

func (r *Reversal) put(field, now, back string) {
	r.Fields = append(r.Fields, order.Change{Field: field, Before: now, After: back})
}

func (r *Reversal) leave(field string) {
	r.Left = append(r.Left, strings.ReplaceAll(field, "_", " ")+" was changed since")
}

func (r *Reversal) removeLine(after *order.Order, field order.Change) {
	i := slices.IndexFunc(after.Lines, func(l order.Line) bool { return l.ID == field.Line })
	if i < 0 || after.Lines[i].Words() != field.After || after.Lines[i].Packed {
		r.leave("the added line " + field.After)
		return
	}
	r.Fields = append(r.Fields, order.Change{Field: "lines.removed", Before: field.After, Line: field.Line})
	after.Lines = slices.Delete(after.Lines, i, i+1)
}

func (r *Reversal) revertLine(after *order.Order, field order.Change) error {
	name := field.Field[strings.LastIndexByte(field.Field, '.')+1:]
	now, ok := after.GetLine(field.Line, name)
	if !ok || now != field.After {
		r.leave("line " + strconv.FormatInt(field.Line, 10) + " " + name)
		return nil
	}
	r.Fields = append(r.Fields, order.Change{Field: field.Field, Before: now, After: field.Before, Line: field.Line})
	return after.SetLine(field.Line, name, field.Before)
}

func (r *Reversal) revertContact(look Lookup, after *order.Order, field order.Change) error {
	role := order.Role(field.Role)
	now, _ := after.Party(role)
	then, err := look.ContactVersion(field.Contact, field.To)
	if err != nil {
		return fmt.Errorf("reading contact: %w", err)
	}
	was, err := look.ContactVersion(field.Contact, field.From)
	if err != nil {
		return fmt.Errorf("reading contact: %w", err)
	}
	_, name, _ := strings.Cut(field.Field, ".")
	value := contactField(name)
	if now.ID != field.Contact || *value(&now) != *value(&then) {
		r.leave(field.Field)
		return nil
	}
	r.Fields = append(r.Fields, order.Change{Field: field.Field, Personal: true, Role: field.Role, Before: *value(&now),
		After: *value(&was), Contact: now.ID, From: now.Version, To: now.Version + 1})
	*value(&now) = *value(&was)
	r.setParty(after, role, now)
	return nil
}

// setParty keeps a party whose every value was put back to blank out of the order.
func (r *Reversal) setParty(after *order.Order, role order.Role, contact customer.Contact) {
	after.Parties = slices.DeleteFunc(after.Parties, func(p order.Party) bool { return p.Role == role })
	after.SetParty(role, contact)
	slices.SortFunc(after.Parties, func(a, b order.Party) int { return strings.Compare(string(a.Role), string(b.Role)) })
}

func contactField(name string) func(*customer.Contact) *string {
	for _, f := range customer.Fields {
		if f.Name == name {
			return f.Of
		}
	}
	return func(*customer.Contact) *string { return new(string) }
}

// Undo takes back what a run did to one order, under the undo run, and returns what was done and what was left.
func Undo(tx Tx, runID, undoRunID, orderID int64) (Reversal, error) {
	r, err := PlanUndo(tx, runID, orderID)
	if err != nil || r.Order == nil || r.Nothing() {
		return r, err
	}
	action := journal.Reverted
	if r.Remove {
		action, err = journal.Removed, tx.DeleteOrder(r.Order)
	} else {
		err = tx.UpdateOrder(r.Order, &r.After)
	}
	if err != nil {
		return r, fmt.Errorf("taking back order: %w", err)
	}
	if err := tx.UndoMessages(runID, OrderKind, orderID); err != nil {
		return r, err
	}
	return r, tx.InsertChange(journal.Change{RecordKind: OrderKind, RecordID: orderID, Action: action, Fields: r.Fields, RunID: undoRunID})
}

// ErrNothing tells that a run left nothing that could be taken back.
var ErrNothing = fault.New(fault.Conflict, "There is nothing to take back.", "It was undone already, or it changed nothing.")
