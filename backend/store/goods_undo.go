package store

import (
	"context"
	"fmt"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/purchasing"
	"tradepost/backend/tabular"
)

// broughtBack is one level that taking a receipt or an assembly back moves.
type broughtBack struct {
	name     string
	location string
	by       inventory.Quantity
	keeps    string // why it cannot be; "" when it can
}

// goodsPlan says what taking goods back would do. All of it goes, or nothing.
func goodsPlan(all []broughtBack) tabular.UndoPlan {
	p := tabular.UndoPlan{Left: []tabular.LeftAlone{}, Words: []string{}}
	for _, b := range all {
		if b.keeps != "" {
			p.Left = append(p.Left, tabular.LeftAlone{Number: b.name, Reason: b.keeps})
		}
		p.Words = append(p.Words, fmt.Sprintf("%s: %s at %s", b.name, signed(b.by), b.location))
	}
	if len(p.Left) == 0 {
		p.Reverted = len(all)
	}
	return p
}

// signed writes by how much something moves: "+3", "−2".
func signed(q inventory.Quantity) string {
	if q < 0 {
		return "−" + string((-q).Decimal())
	}
	return "+" + string(q.Decimal())
}

// PlanGoodsUndo says what taking a receipt or an assembly back would do, and what keeps it from being, writing nothing.
func (s *Store) PlanGoodsUndo(ctx context.Context, of journal.Run) (p tabular.UndoPlan, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		var all []broughtBack
		if of.Kind == journal.RunMake {
			all, err = unmakes(q, of.ID)
		} else {
			all, err = unreceives(q, of.ID)
		}
		p = goodsPlan(all)
		return err
	})
	return p, classify("looking what would be taken back", err)
}

// UndoGoods takes the receipt or the assembly of a run back, unless what came is gone, or somebody counted since.
func (s *Store) UndoGoods(ctx context.Context, of journal.Run) (journal.Run, error) {
	q := s.reading(ctx)
	if of.Kind == journal.RunMake {
		variantID, id, err := assemblyOfRun(q, of.ID)
		if err != nil {
			return journal.Run{}, classify("reading the assembly", err)
		}
		return s.UndoAssembly(ctx, variantID, id)
	}
	orderID, id, err := receiptOfRun(q, of.ID)
	if err != nil {
		return journal.Run{}, classify("reading the receipt", err)
	}
	if _, err := s.UndoReceipt(ctx, orderID, id); err != nil {
		return journal.Run{}, err
	}
	undone, err := q.Number(`SELECT undone_run FROM purchase_receipt WHERE id = ?`, id)
	if err != nil {
		return journal.Run{}, classify("reading the receipt", err)
	}
	return s.Run(ctx, undone)
}

// receiptOfRun finds the receipt that a run took in and that stands.
func receiptOfRun(q querier, runID int64) (orderID, id int64, err error) {
	if id, err = q.Number(`SELECT COALESCE(max(id), 0) FROM purchase_receipt WHERE run_id = ? AND undone_run IS NULL`, runID); err == nil && id == 0 {
		err = nothingBack()
	}
	if err == nil {
		orderID, err = q.Number(`SELECT purchase_id FROM purchase_receipt WHERE id = ?`, id)
	}
	return orderID, id, err
}

// assemblyOfRun finds what a run put together, or took apart, and that stands.
func assemblyOfRun(q querier, runID int64) (variantID, id int64, err error) {
	if id, err = q.Number(`SELECT COALESCE(max(id), 0) FROM assembly WHERE run_id = ? AND undone_run IS NULL`, runID); err == nil && id == 0 {
		err = nothingBack()
	}
	if err == nil {
		variantID, err = q.Number(`SELECT variant_id FROM assembly WHERE id = ?`, id)
	}
	return variantID, id, err
}

// unreceives lists what taking the receipt of a run back would move.
func unreceives(q querier, runID int64) ([]broughtBack, error) {
	orderID, id, err := receiptOfRun(q, runID)
	if err != nil {
		return nil, err
	}
	o, err := purchaseOf(q, orderID)
	if err != nil {
		return nil, err
	}
	r, err := receiptStanding(q, &o, id)
	all := make([]broughtBack, 0, len(r.Lines))
	for _, l := range r.Lines {
		if err != nil {
			return nil, err
		}
		var b broughtBack
		b, err = unreceived(q, &o, r, l)
		all = append(all, b)
	}
	return all, err
}

func unreceived(q querier, o *purchasing.Order, r purchasing.Receipt, l purchasing.ReceiptLine) (broughtBack, error) {
	level, err := levelOf(q, l.VariantID, o.LocationID)
	return broughtBack{o.Line(l.LineID).Name(), o.Location, -l.Quantity, kept(level, r.ReceivedAt, l.Quantity)}, err
}

// unmakes lists what taking the assembly of a run back would move.
func unmakes(q querier, runID int64) ([]broughtBack, error) {
	_, id, err := assemblyOfRun(q, runID)
	if err != nil {
		return nil, err
	}
	moves, err := movesOfAssembly(q, id)
	all := make([]broughtBack, 0, len(moves))
	for _, e := range moves {
		if err != nil {
			return nil, err
		}
		var b broughtBack
		b, err = unmade(q, e)
		all = append(all, b)
	}
	return all, err
}

func unmade(q querier, e inventory.Entry) (b broughtBack, err error) {
	level, err := levelOf(q, e.VariantID, e.LocationID)
	if err != nil {
		return b, err
	}
	v, err := variantNow(q, e.VariantID)
	if err != nil {
		return b, err
	}
	l, err := locationByID(q, e.LocationID)
	return broughtBack{v.Name(), l.Name, -e.OnHand, kept(level, e.OccurredAt, max(e.OnHand, 0))}, err
}

// receiptStanding finds a receipt of an order that stands.
func receiptStanding(q querier, o *purchasing.Order, id int64) (purchasing.Receipt, error) {
	all, err := receiptsOf(q, o.ID)
	for _, r := range all {
		if r.ID == id && r.UndoneRun == 0 {
			return r, nil
		}
	}
	if err != nil {
		return purchasing.Receipt{}, err
	}
	return purchasing.Receipt{}, fault.New(fault.NotFound, fmt.Sprintf("%s has no receipt %d that stands.", o.Number, id), "Look at what came of the order.")
}
