package store

import (
	"cmp"
	"context"
	"fmt"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/tabular"
)

// changedKit is what a run made a kit consist of, and what it consists of without that.
type changedKit struct {
	inventory.Stock
	is, was inventory.BOM
	orders  int64  // that have stock by it
	keeps   string // why it cannot be taken back; "" when it can
}

// lastStanding is the last of versions that was not taken back; none is nothing.
func lastStanding(versions []inventory.BOM) (last inventory.BOM) {
	for _, b := range versions {
		if b.UndoneRun == 0 {
			last = b
		}
	}
	return last
}

// kitOfRun reads what a run made a kit consist of, as far as it stands.
func kitOfRun(q querier, runID int64) (c changedKit, err error) {
	made, err := bomsWhere(q, `b.run_id = ? AND b.undone_run IS NULL`, runID)
	if err != nil {
		return c, err
	}
	if len(made) == 0 {
		return c, nothingBack()
	}
	c.is = made[0]
	if c.Stock, err = variantNow(q, c.is.VariantID); err != nil {
		return c, err
	}
	before, err := bomsWhere(q, `b.variant_id = ? AND b.version < ?`, c.VariantID, c.is.Version)
	if err != nil {
		return c, err
	}
	c.was = lastStanding(before)
	if c.orders, err = q.Number(`SELECT count(DISTINCT order_id) FROM stock_demand WHERE bom_id = ?`, c.is.ID); err != nil {
		return c, err
	}
	c.keeps, err = keepsKit(q, c)
	return c, err
}

// keepsKit says why the contents of a kit cannot be as they were; "" when they can.
func keepsKit(q querier, c changedKit) (string, error) {
	later, err := q.Number(`SELECT count(*) FROM bom WHERE variant_id = ? AND version > ? AND undone_run IS NULL`, c.VariantID, c.is.Version)
	if err != nil || later > 0 {
		return "changed again since: take that back first.", err
	}
	made, err := q.Number(`SELECT count(*) FROM assembly WHERE bom_id = ? AND undone_run IS NULL`, c.is.ID)
	if err != nil || made > 0 {
		return "some were put together of it since: take those back first.", err
	}
	err = fitsKit(q, inventory.Kit{VariantID: c.VariantID, Kind: cmp.Or(c.was.Kind, inventory.Virtual), Items: c.was.Items})
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		return fault.ProblemOf(err).Message, nil
	}
	return "", err
}

// plan says what taking it back would do.
func (c changedKit) plan() tabular.UndoPlan {
	p := tabular.UndoPlan{Left: []tabular.LeftAlone{}, Words: []string{c.Name() + ": " + c.is.Words() + " → " + c.was.Words()}}
	if c.keeps != "" {
		p.Left = append(p.Left, tabular.LeftAlone{RecordID: c.VariantID, Number: c.Name(), Reason: c.keeps})
		return p
	}
	p.Reverted = 1
	if c.orders > 0 {
		p.Words = append(p.Words, fmt.Sprintf("Orders sold as it is now take what it was: %d", c.orders))
	}
	return p
}

// PlanKitUndo says what taking back what a run made a kit consist of would do, writing nothing.
func (s *Store) PlanKitUndo(ctx context.Context, of journal.Run) (p tabular.UndoPlan, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		c, err := kitOfRun(q, of.ID)
		p = c.plan()
		return err
	})
	return p, classify("reading the kit", err)
}

// UndoKit lets a kit consist of what it did before a run, as if that had never been: orders that were sold by it follow.
func (s *Store) UndoKit(ctx context.Context, of journal.Run) (undo journal.Run, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		c, err := kitOfRun(tx, of.ID)
		if err != nil {
			return err
		}
		if c.keeps != "" {
			return fault.New(fault.Conflict, c.Name()+": "+c.keeps, "Or say anew what it consists of.")
		}
		tx.touch(Stock)
		undo = undoRun(of, tx.now, map[string]int{"reverted": 1})
		if err := tx.InsertRun(&undo); err != nil {
			return err
		}
		return firstError(tx.Exec(`UPDATE bom SET undone_run = ?, seq = ? WHERE id = ?`, undo.ID, tx.seq, c.is.ID), tx.settleKit(c.VariantID))
	})
	return undo, classify("taking the contents of a kit back", err)
}
