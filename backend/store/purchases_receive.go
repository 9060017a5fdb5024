package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

// ReceivePurchase takes in what came of an order: the ledger gets it, those who wait get it first, and it is a layer of its own cost.
func (s *Store) ReceivePurchase(ctx context.Context, a purchasing.Arrival) (o purchasing.Order, receiptID int64, err error) {
	o, err = s.changePurchase(ctx, a.OrderID, a.Version, func(tx *Tx, o *purchasing.Order) error {
		r := receiving{tx: tx, order: o, Arrival: a}
		receiptID, err = r.run()
		return err
	})
	return o, receiptID, err
}

// receiving is one receipt in one write.
type receiving struct {
	tx    *Tx
	order *purchasing.Order
	purchasing.Arrival
	currency commerce.Currency // in which stock is valued
	runID    int64
	id       int64
}

func (r *receiving) run() (int64, error) {
	coming, err := r.order.Coming(r.Arrival)
	if err = firstError(err, r.dated(), r.priced()); err != nil {
		return 0, err
	}
	if r.runID, err = r.tx.buyRun("Received "+r.order.Number+" from "+r.order.Supplier, r.order.ID); err != nil {
		return 0, err
	}
	r.id, err = r.tx.Insert(`INSERT INTO purchase_receipt (purchase_id, run_id, received_at, recorded_at, rate, note, seq) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		r.order.ID, r.runID, int64(r.At), int64(r.tx.now), string(r.Rate), strings.TrimSpace(r.Note), r.tx.seq)
	for _, c := range coming {
		if err == nil {
			err = r.take(r.order.Line(c.LineID), c.Quantity)
		}
	}
	return r.id, firstError(err, r.tx.putCharges(r.id, r.Charges), r.tx.costReceipt(r.id, r.currency))
}

// dated settles when it came.
func (r *receiving) dated() error {
	if r.At == 0 {
		r.At = r.tx.now
	}
	if r.At > r.tx.now {
		return fault.New(fault.Invalid, "Goods cannot have come in the future.", "Say when they came, or leave it out.").InField("at")
	}
	return nil
}

// priced settles what the order's currency is worth in the one in which stock is valued; the first receipt of all decides which that is.
func (r *receiving) priced() (err error) {
	if r.currency, err = r.tx.stockCurrency(r.order.Currency); err != nil {
		return err
	}
	if r.Rate == "" {
		r.Rate = r.order.Rate
	}
	if r.currency == r.order.Currency {
		r.Rate = ""
		return nil
	}
	if r.Rate == "" || r.Rate.Sign() <= 0 {
		return fault.New(fault.Conflict, fmt.Sprintf("%s is in %s, and stock is valued in %s.", r.order.Number, r.order.Currency, r.currency),
			fmt.Sprintf("Say how many %s one %s is (rate).", r.currency, r.order.Currency)).InField("rate")
	}
	return nil
}

// take puts what came of a line on the shelf.
func (r *receiving) take(l *purchasing.Line, q inventory.Quantity) error {
	tx, o := r.tx, r.order
	level, err := tx.startedAt(r.runID, l.VariantID, o.LocationID, r.At, r.Start)
	if err != nil {
		return err
	}
	if r.At <= level.StartedAt {
		return fault.New(fault.Conflict, fmt.Sprintf("%s was counted for the first time at %s, after these goods came.", l.Name(), level.StartedAt),
			"What came before a stock start is a part of it. Say when it came, or leave the line out.").InField("at")
	}
	have, err := tx.onItsWay(o, *l)
	if err != nil {
		return err
	}
	l.Received += q
	e := inventory.Entry{VariantID: l.VariantID, LocationID: o.LocationID, Kind: inventory.Receipt, OnHand: q, Cause: causeOf(o, *l), OccurredAt: r.At}
	if o.Kept == purchasing.Ordered && r.At >= o.OrderedAt { // else it would have been awaited before it was ordered
		e.Incoming = l.Open() - have
	}
	if err := tx.post(e); err != nil {
		return err
	}
	movement, err := tx.Number(`SELECT max(id) FROM stock_movement WHERE cause_kind = 'purchase' AND cause_id = ? AND line_id = ? AND kind = 'receipt'`, o.ID, l.ID)
	goods := l.Costs(q, r.Rate, r.currency.Exponent())
	return firstError(err, tx.Exec(`INSERT INTO purchase_receipt_line (receipt_id, line_id, movement_id, quantity, goods) VALUES (?, ?, ?, ?, ?)`, r.id, l.ID, movement, int64(q), amountArg(goods)),
		tx.Exec(`UPDATE purchase_line SET received = ?, seq = ? WHERE id = ?`, int64(l.Received), tx.seq, l.ID), tx.followLine(o, *l), tx.refill(l.VariantID, level.ChannelID))
}

// startedAt finds the level of a variant at a location. Where it is not tracked it begins to be, just before at, with nothing there, if start says
// so.
func (tx *Tx) startedAt(runID, variantID, locationID int64, at commerce.Instant, start bool) (*inventory.Level, error) {
	level, err := tx.levelAt(variantID, locationID)
	if err != nil || level != nil {
		return level, err
	}
	v, err := variantNow(tx, variantID)
	if err != nil {
		return nil, err
	}
	if !start {
		var location string
		err := tx.QueryRow(`SELECT name FROM location WHERE id = ?`, locationID).Scan(&location)
		return nil, firstError(err, fault.New(fault.Conflict, fmt.Sprintf("%s is not tracked at %s.", v.Name(), location),
			"Count it there first, or say that tracking begins now, with nothing there before (start).").InField("start"))
	}
	if _, err := tx.startStock(inventory.Cause{Kind: inventory.ByRun, ID: runID}, variantID, locationID, 0, at-1); err != nil {
		return nil, err
	}
	return tx.levelAt(variantID, locationID)
}

func (tx *Tx) putCharges(receiptID int64, charges []purchasing.Charge) error {
	if err := tx.Exec(`DELETE FROM purchase_charge WHERE receipt_id = ?`, receiptID); err != nil {
		return err
	}
	for _, c := range charges {
		if err := c.Check(); err != nil {
			return err
		}
		if err := tx.Exec(`INSERT INTO purchase_charge (receipt_id, name, amount, basis, seq) VALUES (?, ?, ?, ?, ?)`, receiptID, c.Name, c.Amount, string(c.Basis), tx.seq); err != nil {
			return err
		}
	}
	return nil
}

// costReceipt says what the goods of a receipt cost, with their share of its charges, as it is known from now on.
func (tx *Tx) costReceipt(receiptID int64, currency commerce.Currency) error {
	type row struct {
		movement int64
		purchasing.Weighed
	}
	rows, err := tx.Query(`SELECT r.movement_id, r.quantity, r.goods, v.weight_grams FROM purchase_receipt_line r JOIN purchase_line l ON l.id = r.line_id
		JOIN variant v ON v.id = l.variant_id WHERE r.receipt_id = ? ORDER BY r.id`, receiptID)
	lines, err := collect(rows, err, func(rows *sql.Rows, l *row) error {
		return rows.Scan(&l.movement, &l.Quantity, amount{&l.Goods}, &l.Weight)
	})
	if err != nil {
		return err
	}
	charges, err := chargesOf(tx, receiptID)
	if err != nil {
		return err
	}
	weighed := make([]purchasing.Weighed, len(lines))
	for i, l := range lines {
		weighed[i] = l.Weighed
	}
	for i, landed := range purchasing.Share(charges, weighed) {
		if err := tx.Exec(`INSERT INTO stock_cost (movement_id, goods, landed, currency, recorded_at, seq) VALUES (?, ?, ?, ?, ?, ?)`,
			lines[i].movement, amountArg(lines[i].Goods), landed, string(currency), int64(tx.now), tx.seq); err != nil {
			return err
		}
	}
	return nil
}

// ChargeReceipt says anew what bringing a receipt here cost: freight bills come late. What was sold of it since cost its share too.
func (s *Store) ChargeReceipt(ctx context.Context, orderID, receiptID int64, charges []purchasing.Charge) (purchasing.Order, error) {
	return s.changePurchase(ctx, orderID, -1, func(tx *Tx, o *purchasing.Order) error {
		if _, err := receiptStanding(tx, o, receiptID); err != nil {
			return err
		}
		currency, err := tx.stockCurrency(o.Currency)
		if err != nil {
			return err
		}
		tx.touch(Stock)
		_, err = tx.buyRun("Costs of what came of "+o.Number, o.ID)
		return firstError(err, tx.putCharges(receiptID, charges), tx.costReceipt(receiptID, currency))
	})
}

// UndoReceipt takes a receipt back as if it had never come, unless what came is gone, or somebody counted since.
func (s *Store) UndoReceipt(ctx context.Context, orderID, receiptID int64) (purchasing.Order, error) {
	return s.changePurchase(ctx, orderID, -1, func(tx *Tx, o *purchasing.Order) error {
		r, err := receiptStanding(tx, o, receiptID)
		if err != nil {
			return err
		}
		run, err := tx.buyRun("Took back what came of "+o.Number, o.ID)
		for _, l := range r.Lines {
			if err == nil {
				err = tx.unreceive(o, r, l)
			}
		}
		return firstError(err, tx.Exec(`UPDATE purchase_receipt SET undone_run = ?, seq = ? WHERE id = ?`, run, tx.seq, receiptID))
	})
}

func (tx *Tx) unreceive(o *purchasing.Order, r purchasing.Receipt, l purchasing.ReceiptLine) error {
	level, err := tx.levelAt(l.VariantID, o.LocationID)
	if err != nil {
		return err
	}
	line := o.Line(l.LineID)
	if why := kept(level, r.ReceivedAt, l.Quantity); why != "" {
		return fault.New(fault.Conflict, line.Name()+" "+why, "Adjust the level instead, with the reason.")
	}
	line.Received -= l.Quantity
	undo := inventory.Entry{VariantID: l.VariantID, LocationID: o.LocationID, Kind: inventory.Undo, OnHand: -l.Quantity, Cause: causeOf(o, *line), Reverses: l.MovementID,
		OccurredAt: r.ReceivedAt}
	return errors.Join(tx.post(undo), tx.Exec(`UPDATE purchase_line SET received = ?, seq = ? WHERE id = ?`, int64(line.Received), tx.seq, line.ID),
		tx.followLine(o, *line), tx.refill(l.VariantID, level.ChannelID))
}

// kept says why goods that came at an instant cannot be taken off a level again; "" when they can.
func kept(level *inventory.Level, at commerce.Instant, q inventory.Quantity) string {
	switch {
	case level == nil || level.StartedAt >= at:
		return "is no longer tracked since then."
	case level.CountedAt >= at:
		return "was counted since: what was found there stands."
	case level.OnHand < q:
		return fmt.Sprintf("left since: %s of %s are still there.", max(level.OnHand, 0).Decimal(), q.Decimal())
	}
	return ""
}

// receiptsOf reads what came of an order, the oldest first.
func receiptsOf(q querier, orderID int64) ([]purchasing.Receipt, error) {
	rows, err := q.Query(`SELECT id, run_id, received_at, recorded_at, rate, note, COALESCE(undone_run, 0) FROM purchase_receipt WHERE purchase_id = ? ORDER BY id`, orderID)
	all, err := collect(rows, err, func(rows *sql.Rows, r *purchasing.Receipt) error {
		return rows.Scan(&r.ID, &r.RunID, &r.ReceivedAt, &r.RecordedAt, &r.Rate, &r.Note, &r.UndoneRun)
	})
	for i := range all {
		if err == nil {
			all[i].Lines, err = receiptLines(q, all[i].ID)
		}
		if err == nil {
			all[i].Charges, err = chargesOf(q, all[i].ID)
		}
	}
	return all, err
}

func receiptLines(q querier, receiptID int64) ([]purchasing.ReceiptLine, error) {
	rows, err := q.Query(`SELECT r.line_id, r.movement_id, l.variant_id, v.sku, r.quantity, r.goods, (SELECT c.landed FROM stock_cost c WHERE c.movement_id = r.movement_id
		ORDER BY c.id DESC LIMIT 1) FROM purchase_receipt_line r JOIN purchase_line l ON l.id = r.line_id JOIN variant v ON v.id = l.variant_id WHERE r.receipt_id = ? ORDER BY r.id`, receiptID)
	return collect(rows, err, func(rows *sql.Rows, l *purchasing.ReceiptLine) error {
		return rows.Scan(&l.LineID, &l.MovementID, &l.VariantID, &l.SKU, &l.Quantity, amount{&l.Goods}, amount{&l.Landed})
	})
}

func chargesOf(q querier, receiptID int64) ([]purchasing.Charge, error) {
	rows, err := q.Query(`SELECT id, name, amount, basis FROM purchase_charge WHERE receipt_id = ? ORDER BY id`, receiptID)
	return collect(rows, err, func(rows *sql.Rows, c *purchasing.Charge) error {
		return rows.Scan(&c.ID, &c.Name, &c.Amount, &c.Basis)
	})
}
