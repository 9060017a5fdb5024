package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/tabular"
)

// The record kinds of rules, in changes.
const (
	stockRuleKind = "stock_rule"
	priceRuleKind = "price_rule"
)

// changesOfFields are the values that are not as they were, in the order of fields.
func changesOfFields(fields []string, was, is map[string]string) []commerce.FieldChange {
	var all []commerce.FieldChange
	for _, field := range fields {
		if was[field] != is[field] {
			all = append(all, commerce.FieldChange{Field: field, Before: was[field], After: is[field]})
		}
	}
	return all
}

// changedRule is a rule that a run changed, as it is now.
type changedRule struct {
	kind       string // of its changes
	id         int64
	name       string
	now        map[string]string
	fieldWords map[string]string
	words      func(values map[string]string) string
	write      func(tx *Tx, runID int64, values map[string]string) error
}

// ruleOfRun reads the rule that a run changed.
func ruleOfRun(q querier, of journal.Run) (changedRule, error) {
	var scope inventory.Scope
	var id int64
	if of.Kind == journal.RunPrices {
		if _, err := fmt.Sscan(of.Subject, &id); err != nil {
			return changedRule{}, nothingBack()
		}
		return priceRuleOf(q, id)
	}
	if _, err := fmt.Sscan(of.Subject, &scope, &id); err != nil {
		return changedRule{}, nothingBack()
	}
	return stockRuleOf(q, scope, id)
}

func stockRuleOf(q querier, scope inventory.Scope, id int64) (changedRule, error) {
	was, err := stockRule(q, scope, id)
	return changedRule{kind: stockRuleKind, id: id, name: was.Name, now: was.Values(), fieldWords: inventory.RuleFieldWords,
		words: func(values map[string]string) string { return was.With(values).Words() },
		write: func(tx *Tx, runID int64, values map[string]string) error {
			return tx.putStockRule(runID, was.With(values), was)
		}}, err
}

func priceRuleOf(q querier, channelID int64) (changedRule, error) {
	was, err := ruleOf(q, channelID)
	return changedRule{kind: priceRuleKind, id: channelID, name: was.Channel, now: was.Values(), fieldWords: catalog.PriceFieldWords,
		words: func(values map[string]string) string { return was.With(values).Words() },
		write: func(tx *Tx, runID int64, values map[string]string) error {
			return tx.putPriceRule(runID, was.With(values), was)
		}}, err
}

func nothingBack() error {
	return fault.New(fault.Conflict, "There is nothing to take back.", "It was taken back already, or it changed nothing.")
}

// back is what of the changes of a run can be put back: the values as they would be, and the fields that were changed since.
func (r changedRule) back(changes []journal.Change) (values map[string]string, left []string) {
	values = map[string]string{}
	for _, c := range changes { // newest first
		for _, f := range slices.Backward(c.Fields) {
			switch r.now[f.Field] {
			case f.Before:
			case f.After:
				values[f.Field] = f.Before
			default:
				left = append(left, f.Field)
			}
		}
	}
	return values, left
}

// plan says what of it would be put back, and what would be left.
func (r changedRule) plan(values map[string]string, left []string) tabular.UndoPlan {
	p := tabular.UndoPlan{Left: []tabular.LeftAlone{}, Words: []string{}}
	if len(values) > 0 {
		p.Reverted = 1
		p.Words = []string{r.name + ": " + r.words(nil) + " → " + r.words(values)}
	}
	if len(left) > 0 {
		var named []string
		for _, field := range left {
			named = append(named, r.fieldWords[field])
		}
		p.Left = append(p.Left, tabular.LeftAlone{RecordID: r.id, Number: r.name, Reason: "changed again since: " + strings.Join(named, ", ")})
	}
	return p
}

// PlanRuleUndo says what taking back a change of a rule would do, writing nothing.
func (s *Store) PlanRuleUndo(ctx context.Context, of journal.Run) (tabular.UndoPlan, error) {
	q := s.reading(ctx)
	r, err := ruleOfRun(q, of)
	if err != nil {
		return tabular.UndoPlan{}, classify("reading the rule", err)
	}
	changes, err := changesOfRun(q, of.ID, r.kind, r.id)
	return r.plan(r.back(changes)), classify("reading changes", err)
}

// UndoRule gives a rule back what a run changed of it, as far as nobody changed that since.
func (s *Store) UndoRule(ctx context.Context, of journal.Run) (undo journal.Run, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		r, err := ruleOfRun(tx, of)
		if err != nil {
			return err
		}
		changes, err := changesOfRun(tx, of.ID, r.kind, r.id)
		if err != nil {
			return err
		}
		values, left := r.back(changes)
		if len(values) == 0 {
			return nothingBack()
		}
		undo = undoRun(of, tx.now, map[string]int{"reverted": 1, "left": min(len(left), 1)})
		return firstError(tx.InsertRun(&undo), r.write(tx, undo.ID, values))
	})
	return undo, classify("taking a rule back", err)
}

// undoRun is the run that takes another one back in one write.
func undoRun(of journal.Run, now commerce.Instant, counts map[string]int) journal.Run {
	return journal.Run{Kind: journal.RunUndo, State: journal.Done, Cause: journal.ByPerson, Title: "Undo: " + of.Title, Subject: idText(of.ID), FinishedAt: now, Counts: counts}
}
