package store

import (
	"context"
	"database/sql"
	"fmt"

	"tradepost/backend/inventory"
)

// ordersTouching picks, of orders whose lines sold something, those that could move a stock which is tracked since ?2: what waits, and what
// may have left since.
const ordersTouching = `(o.stage IN ('to_ship', 'open') OR o.placed_at > ?2 OR o.fulfilled_at > ?2
	OR EXISTS (SELECT 1 FROM shipment s WHERE s.order_id = o.id AND s.shipped_at > ?2))`

// settleVariant looks through all orders that sold a variant, or a kit with it in, after something that they could not know: it is tracked now, or no
// longer.
func (tx *Tx) settleVariant(variantID int64) error {
	since, err := tx.Number(`SELECT COALESCE(min(started_at), 0) FROM stock_level WHERE variant_id = ?`, variantID)
	if err != nil {
		return err
	}
	rows, err := tx.Query(`SELECT l.order_id FROM listing g JOIN order_line l ON l.listing_id = g.id JOIN orders o ON o.id = l.order_id
			WHERE (g.variant_id = ?1 OR g.variant_id IN (SELECT b.variant_id FROM bom_item i JOIN bom b ON b.id = i.bom_id WHERE i.variant_id = ?1)) AND `+ordersTouching+`
		UNION SELECT order_id FROM stock_demand WHERE variant_id = ?1 ORDER BY 1`, variantID, since)
	orders, err := collect(rows, err, scanID)
	if err != nil {
		return err
	}
	return firstError(tx.settleOrders(orders, variantID), tx.refillVariant(variantID))
}

// refillVariant gives what lies there of a variant to the oldest first, in every pool: where tracking begins or ends, orders that ask for what they asked for before
// are not looked at again by themselves.
func (tx *Tx) refillVariant(variantID int64) error {
	rows, err := tx.Query(`SELECT DISTINCT COALESCE(n.channel_id, 0) FROM stock_level l JOIN location n ON n.id = l.location_id WHERE l.variant_id = ? ORDER BY 1`, variantID)
	pools, err := collect(rows, err, scanID)
	for _, pool := range pools {
		err = firstError(err, tx.refill(variantID, pool))
	}
	return err
}

// settleListing looks through all orders that show a listing, after it was linked, unlinked, or came to sell another number of pieces.
func (tx *Tx) settleListing(listingID int64) error {
	if tracks, err := tx.tracksStock(); err != nil || !tracks {
		return err
	}
	since, err := tx.Number(`SELECT COALESCE(min(started_at), 0) FROM stock_level`)
	if err != nil {
		return err
	}
	rows, err := tx.Query(`SELECT l.order_id FROM order_line l JOIN orders o ON o.id = l.order_id WHERE l.listing_id = ?1 AND `+ordersTouching+`
		UNION SELECT d.order_id FROM order_line l JOIN stock_demand d ON d.line_id = l.id WHERE l.listing_id = ?1 ORDER BY 1`, listingID, since)
	orders, err := collect(rows, err, scanID)
	if err != nil {
		return err
	}
	return tx.settleOrders(orders, 0)
}

// settleUnsure looks through the orders of a variant whose source says nothing of shipping, after a count: those that reserve something, or all.
func (tx *Tx) settleUnsure(variantID int64, all bool) error {
	query := `SELECT d.order_id FROM stock_demand d JOIN orders o ON o.id = d.order_id WHERE d.variant_id = ?1 AND d.reserved > 0 AND o.stage = 'open'
		UNION SELECT d.order_id FROM stock_demand d JOIN orders o ON o.id = d.order_id WHERE d.variant_id = ?1 AND d.open > d.reserved AND o.stage = 'open' ORDER BY 1`
	if all {
		query = `SELECT DISTINCT l.order_id FROM listing g JOIN order_line l ON l.listing_id = g.id JOIN orders o ON o.id = l.order_id
			WHERE (g.variant_id = ?1 OR g.variant_id IN (SELECT b.variant_id FROM bom_item i JOIN bom b ON b.id = i.bom_id WHERE i.variant_id = ?1)) AND o.stage = 'open' ORDER BY 1`
	}
	rows, err := tx.Query(query, variantID)
	orders, err := collect(rows, err, scanID)
	if err != nil {
		return err
	}
	return tx.settleOrders(orders, variantID)
}

// dueAtOnce is how many variants one write looks through: one by one, each would wait for the disk.
const dueAtOnce = 100

// settleDue works off what is noted as due: after a migration, or when levels are made anew.
func (s *Store) settleDue(ctx context.Context) error {
	due, err := s.reading(ctx).Number(`SELECT EXISTS (SELECT 1 FROM stock_due)`)
	if err != nil {
		return err
	}
	for more := due != 0; more && ctx.Err() == nil; {
		err := s.Write(ctx, Bulk, func(tx *Tx) (err error) {
			more, err = tx.settleSomeDue()
			return err
		})
		if err != nil {
			return fmt.Errorf("looking through the orders of tracked stock: %w", err)
		}
	}
	return nil
}

// settleSomeDue works off the next variants that are due, and reports whether there may be more.
func (tx *Tx) settleSomeDue() (more bool, err error) {
	if _, err := tx.tracksStock(); err != nil {
		return false, err
	}
	rows, err := tx.Query(`SELECT variant_id FROM stock_due ORDER BY variant_id LIMIT ?`, dueAtOnce)
	ids, err := collect(rows, err, scanID)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		if err := firstError(tx.settleVariant(id), tx.Exec(`DELETE FROM stock_due WHERE variant_id = ?`, id)); err != nil {
			return false, err
		}
	}
	return len(ids) == dueAtOnce, nil
}

// settleOrders brings the stock of orders to what they say, of one variant (0: all).
func (tx *Tx) settleOrders(ids []int64, variantID int64) error {
	if _, err := tx.tracksStock(); err != nil { // as the first thing after a start, nobody has asked what kits consist of yet
		return err
	}
	for _, id := range ids {
		o, err := loadOrder(tx, id) // nil when it is gone
		if err != nil {
			return err
		}
		known, err := tx.demands(`WHERE d.order_id = ? AND (?2 = 0 OR d.variant_id = ?2) ORDER BY d.id`, id, variantID)
		if err != nil {
			return err
		}
		f := following{tx: tx, before: o, after: o, known: known, only: variantID}
		if err := f.run(); err != nil {
			return err
		}
	}
	return nil
}

// noteTracked lets orders of a variant move its stock from now on.
func (tx *Tx) noteTracked(variantID int64) error {
	if _, err := tx.tracksStock(); err != nil {
		return err
	}
	if !tx.stock.any {
		tx.forgetStock()
		_, err := tx.tracksStock()
		return err
	}
	delete(tx.stock.untracked, variantID)
	return nil
}

// endTracking takes a variant's stock at a location out of the ledger, under a run: what orders have of it there goes with it.
func (tx *Tx) endTracking(runID int64, l inventory.Level) error {
	rows, err := tx.Query(`SELECT d.order_id, d.line_id, -a.reserved FROM stock_allocation a JOIN stock_demand d ON d.id = a.demand_id
		WHERE d.variant_id = ? AND a.location_id = ? AND a.reserved > 0 ORDER BY d.id`, l.VariantID, l.LocationID)
	kept, err := collect(rows, err, func(rows *sql.Rows, e *inventory.Entry) error {
		e.VariantID, e.LocationID, e.Kind, e.Cause.Kind = l.VariantID, l.LocationID, inventory.Release, inventory.ByOrder
		return rows.Scan(&e.Cause.ID, &e.Cause.Line, &e.Reserved)
	})
	all := inventory.Entry{VariantID: l.VariantID, LocationID: l.LocationID, Kind: inventory.Undo, OnHand: -l.OnHand, Incoming: -l.Incoming,
		Cause: inventory.Cause{Kind: inventory.ByRun, ID: runID}}
	if err := firstError(err, tx.post(kept...), tx.enter(all)); err != nil {
		return err
	}
	for _, statement := range []string{
		`UPDATE stock_demand SET (reserved, taken, returned) = (SELECT stock_demand.reserved - a.reserved, stock_demand.taken - a.taken,
			stock_demand.returned - a.returned FROM stock_allocation a
			WHERE a.demand_id = stock_demand.id AND a.location_id = ?2) WHERE variant_id = ?1 AND id IN (SELECT demand_id FROM stock_allocation WHERE location_id = ?2)`,
		`DELETE FROM stock_allocation WHERE location_id = ?2 AND demand_id IN (SELECT id FROM stock_demand WHERE variant_id = ?1)`,
		`UPDATE stock_count SET undone = 1 WHERE variant_id = ?1 AND location_id = ?2`,
		`DELETE FROM stock_start WHERE variant_id = ?1 AND location_id = ?2`,
		`DELETE FROM stock_level WHERE variant_id = ?1 AND location_id = ?2`,
	} {
		if err := tx.Exec(statement, l.VariantID, l.LocationID); err != nil {
			return err
		}
	}
	tx.forgetStock()
	if _, err := tx.tracksStock(); err != nil {
		return err
	}
	return tx.settleVariant(l.VariantID)
}
