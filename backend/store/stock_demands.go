package store

import (
	"database/sql"

	"tradepost/backend/inventory"
	"tradepost/backend/store/direct"
)

const demandColumns = `d.id, d.order_id, d.line_id, d.variant_id, COALESCE(d.bom_id, 0), d.per_piece, d.pool, d.placed_at, d.noticed, d.open`

func scanDemand(rows *sql.Rows, d *inventory.Demand) error {
	var noticed string
	if err := rows.Scan(&d.ID, &d.OrderID, &d.LineID, &d.VariantID, &d.BOM, &d.Each, &d.Pool, &d.Placed, &noticed, &d.Open); err != nil {
		return err
	}
	return fromJSON(noticed, &d.Noticed)
}

// demandsOf reads what an order asks for.
func (tx *Tx) demandsOf(orderID int64) ([]inventory.Demand, error) {
	return tx.demands(`WHERE d.order_id = ? ORDER BY d.id`, orderID)
}

func (tx *Tx) demands(condition string, args ...any) ([]inventory.Demand, error) {
	rows, err := tx.Query(`SELECT `+demandColumns+` FROM stock_demand d `+condition, args...)
	all, err := collect(rows, err, scanDemand)
	for i := range all {
		if err == nil {
			all[i].Allocations, err = tx.allocations(all[i].ID)
		}
		if err == nil && (all[i].Taken() > 0 || all[i].Returned() > 0) {
			all[i].Booked, err = tx.booked(&all[i])
		}
	}
	return all, err
}

func (tx *Tx) allocations(demandID int64) ([]inventory.Allocation, error) {
	rows, err := tx.Query(`SELECT location_id, reserved, taken, returned FROM stock_allocation WHERE demand_id = ? ORDER BY location_id`, demandID)
	return collect(rows, err, func(rows *sql.Rows, a *inventory.Allocation) error {
		return rows.Scan(&a.LocationID, &a.Reserved, &a.Taken, &a.Returned)
	})
}

// booked lists what stands of the entries by which a demand took something, newest first; those of an earlier time of tracking are done with.
func (tx *Tx) booked(d *inventory.Demand) ([]inventory.Booked, error) {
	rows, err := tx.Query(`SELECT m.id, m.kind, m.location_id, abs(m.quantity + COALESCE((SELECT sum(r.quantity) FROM stock_movement r WHERE r.reverses = m.id), 0)), m.occurred_at
		FROM stock_movement m JOIN stock_start s ON s.variant_id = m.variant_id AND s.location_id = m.location_id AND s.seq <= m.seq
		WHERE m.cause_kind = 'order' AND m.cause_id = ? AND m.line_id = ? AND m.variant_id = ? AND m.kind IN ('sale', 'return') ORDER BY m.id DESC`,
		d.OrderID, d.LineID, d.VariantID)
	return collect(rows, err, func(rows *sql.Rows, b *inventory.Booked) error {
		return rows.Scan(&b.EntryID, &b.Kind, &b.LocationID, &b.Quantity, &b.At)
	})
}

// putDemand writes a demand as it is now, or removes it when it says nothing any more.
func (tx *Tx) putDemand(d *inventory.Demand) error {
	b := tx.batch()
	if d.ID != 0 {
		b.add(`DELETE FROM stock_allocation WHERE demand_id = ?`)
		b.Int(d.ID)
		if d.Empty() {
			b.add(`DELETE FROM stock_demand WHERE id = ?`)
			b.Int(d.ID)
			return b.run()
		}
	}
	self := b.add(`INSERT INTO stock_demand (id, order_id, line_id, variant_id, bom_id, per_piece, pool, placed_at, open, reserved, taken, returned, noticed, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET bom_id = excluded.bom_id, per_piece = excluded.per_piece,
		pool = excluded.pool, placed_at = excluded.placed_at, open = excluded.open, reserved = excluded.reserved, taken = excluded.taken,
		returned = excluded.returned, noticed = excluded.noticed, seq = excluded.seq`)
	b.stated(d.ID)
	b.Int(d.OrderID)
	b.Int(d.LineID)
	b.Int(d.VariantID)
	b.stated(d.BOM)
	b.Int(int64(d.Each))
	b.Int(d.Pool)
	b.Int(int64(d.Placed))
	b.Int(int64(d.Open))
	b.Int(int64(d.Reserved()))
	b.Int(int64(d.Taken()))
	b.Int(int64(d.Returned()))
	b.Text(noticedText(d.Noticed))
	b.Int(tx.seq)
	for _, a := range d.Allocations {
		if a.Reserved == 0 && a.Taken == 0 && a.Returned == 0 {
			continue
		}
		b.add(`INSERT INTO stock_allocation (demand_id, location_id, reserved, taken, returned) VALUES (?, ?, ?, ?, ?)`)
		b.demand(d, self)
		b.Int(a.LocationID)
		b.Int(int64(a.Reserved))
		b.Int(int64(a.Taken))
		b.Int(int64(a.Returned))
	}
	if err := b.run(); err != nil {
		return err
	}
	if d.ID == 0 {
		d.ID = b.Number(self)
	}
	return nil
}

// demand adds the id of a demand: what the step that wrote it gave, where it is new.
func (b *batch) demand(d *inventory.Demand, self direct.Step) {
	if d.ID != 0 {
		b.Int(d.ID)
	} else {
		b.Of(self)
	}
}

// noticedText is how what was noticed is kept: mostly there is nothing.
func noticedText(all []inventory.Noticed) string {
	if len(all) == 0 {
		return ""
	}
	return asJSON(all)
}
