package store

import (
	"database/sql"

	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

// followPurchase lets the ledger follow an order: what is awaited of it stands as on its way where the variant is tracked.
func (tx *Tx) followPurchase(o *purchasing.Order) error {
	for _, l := range o.Lines {
		if err := tx.followLine(o, l); err != nil {
			return err
		}
	}
	return nil
}

// followLine brings what is on its way of a line to what is awaited of it.
func (tx *Tx) followLine(o *purchasing.Order, l purchasing.Line) error {
	level, err := tx.levelAt(l.VariantID, o.LocationID)
	if err != nil || level == nil {
		return err
	}
	want := inventory.Quantity(0)
	if o.Kept == purchasing.Ordered {
		want = l.Open()
	}
	have, err := tx.onItsWay(o, l)
	if err != nil || want == have {
		return err
	}
	return tx.post(inventory.Entry{VariantID: l.VariantID, LocationID: o.LocationID, Kind: inventory.Expect, Incoming: want - have, Cause: causeOf(o, l)})
}

func causeOf(o *purchasing.Order, l purchasing.Line) inventory.Cause {
	return inventory.Cause{Kind: inventory.ByPurchase, ID: o.ID, Line: l.ID}
}

// onItsWay is what the ledger has as on its way of a line, since tracking began.
func (tx *Tx) onItsWay(o *purchasing.Order, l purchasing.Line) (q inventory.Quantity, err error) {
	err = tx.QueryRow(`SELECT COALESCE(sum(m.incoming), 0)`+standing+`WHERE m.cause_kind = 'purchase' AND m.cause_id = ? AND m.line_id = ?
		AND m.variant_id = ? AND m.location_id = ?`, o.ID, l.ID, l.VariantID, o.LocationID).Scan(&q)
	return q, err
}

// expectAwaited lets what is awaited of a variant stand as on its way to a location where it is tracked from now on.
func (tx *Tx) expectAwaited(variantID, locationID int64) error {
	rows, err := tx.Query(`SELECT DISTINCT o.id FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_id WHERE l.variant_id = ? AND o.location_id = ?
		AND o.state = 'ordered' AND l.received < l.quantity ORDER BY o.id`, variantID, locationID)
	ids, err := collect(rows, err, func(rows *sql.Rows, id *int64) error { return rows.Scan(id) })
	for _, id := range ids {
		if err != nil {
			return err
		}
		var o purchasing.Order
		if o, err = purchaseOf(tx, id); err == nil {
			err = tx.followPurchase(&o)
		}
	}
	return err
}

// levelAt finds the level of a variant at a location; nil where it is not tracked.
func (tx *Tx) levelAt(variantID, locationID int64) (*inventory.Level, error) {
	return levelOf(tx, variantID, locationID)
}

func levelOf(q querier, variantID, locationID int64) (*inventory.Level, error) {
	id, err := q.Number(`SELECT COALESCE(max(id), 0) FROM stock_level WHERE variant_id = ? AND location_id = ?`, variantID, locationID)
	if err != nil || id == 0 {
		return nil, err
	}
	return levelByID(q, id)
}
