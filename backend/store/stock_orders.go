package store

import (
	"database/sql"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/fulfillment"
	"tradepost/backend/inventory"
	"tradepost/backend/order"
)

// followOrder lets the stock follow what became of an order: before is nil for a new one, after is nil for one that is removed. It is part of
// every write of an order, so that no way in can forget it.
func (tx *Tx) followOrder(before, after *order.Order) error {
	tracks, err := tx.tracksStock()
	if err != nil || !tracks {
		return err
	}
	f := following{tx: tx, before: before, after: after}
	if before != nil {
		if f.known, err = tx.demandsOf(before.ID); err != nil {
			return err
		}
	}
	if after == nil && before != nil {
		if err := tx.Exec(`DELETE FROM order_route WHERE order_id = ?`, before.ID); err != nil {
			return err
		}
	}
	return f.run()
}

// following is the stock of one order in one write.
type following struct {
	tx            *Tx
	before, after *order.Order
	known         []inventory.Demand // as they are
	parcels       []fulfillment.Parcel
	only          int64 // the one variant to look at, 0 for all
	same          bool  // the demand at hand asks as it did, if not for as much
	route         routing
	read          map[pooled][]inventory.Standing // how variants stood when the route was chosen, each until it is first settled
	queues        []pooled
}

// pooled is a variant in a pool, for which somebody may wait.
type pooled struct{ variantID, pool int64 }

func (f *following) run() error {
	wanted, err := f.wanted()
	if err != nil {
		return err
	}
	if err := f.choose(wanted); err != nil {
		return err
	}
	for i := range f.known {
		d := &f.known[i]
		w := slices.IndexFunc(wanted, func(w want) bool { return w.LineID == d.LineID && w.VariantID == d.VariantID })
		next := want{Demand: inventory.Demand{Pool: d.Pool, Each: d.Each}}
		if w >= 0 {
			next = wanted[w]
			wanted = slices.Delete(wanted, w, w+1)
		}
		if err := f.settle(*d, next); err != nil {
			return err
		}
	}
	for _, w := range wanted {
		if err := f.settle(w.Demand, w); err != nil {
			return err
		}
	}
	for _, q := range f.queues { // once all lines are settled, as they may be in one queue
		if err := f.tx.refill(q.variantID, q.pool); err != nil {
			return err
		}
	}
	return f.noteRoute()
}

// want is what a line is to have of a variant.
type want struct {
	inventory.Demand
	ask inventory.Ask
}

// open is how much of the variant is still to leave.
func (w want) open() inventory.Quantity { return w.ask.Open.Times(w.Each) }

// wanted lists what the order's lines ask for, of variants that are tracked.
func (f *following) wanted() (all []want, err error) {
	if f.after == nil {
		return nil, nil
	}
	for i := range f.after.Lines {
		l := &f.after.Lines[i]
		if l.VariantID == 0 {
			continue
		}
		of, err := f.tx.componentsOf(l, f.after.Placed.At)
		if err != nil {
			return nil, err
		}
		for _, w := range of {
			if f.only != 0 && w.VariantID != f.only || f.tx.stock.untracked[w.VariantID] {
				continue
			}
			if w.ask, err = f.ask(l); err != nil {
				return nil, err
			}
			w.OrderID, w.Pool = f.after.ID, poolOf(f.after)
			all = append(all, w)
		}
	}
	return all, nil
}

// poolOf is whose stock an order takes.
func poolOf(o *order.Order) int64 {
	if o.FulfilledBy == order.ByChannel {
		return o.ChannelID
	}
	return inventory.Own
}

// componentsOf lists the variants of which a line takes some, with how much for each of its pieces: what its listing is linked to, or that
// kit's components, as its bill of material was when the order was placed.
func (tx *Tx) componentsOf(l *order.Line, placed commerce.Instant) ([]want, error) {
	bom := inventory.InForce(tx.stock.kits[l.VariantID], placed)
	virtual := bom != nil && bom.Kind == inventory.Virtual && len(bom.Items) > 0
	if !virtual && tx.stock.untracked[l.VariantID] {
		return nil, nil
	}
	pack, err := tx.packOf(l.ListingID)
	if err != nil {
		return nil, err
	}
	if !virtual {
		return []want{{Demand: inventory.Demand{LineID: l.ID, VariantID: l.VariantID, Each: pack}}}, nil
	}
	var all []want
	for _, c := range bom.Items {
		all = append(all, want{Demand: inventory.Demand{LineID: l.ID, VariantID: c.VariantID, BOM: bom.ID, Each: pack.Times(c.Quantity)}})
	}
	return all, nil
}

// packOf is how many pieces a listing sells at once.
func (tx *Tx) packOf(listingID int64) (inventory.Quantity, error) {
	var pack commerce.Decimal
	if err := tx.QueryRow(`SELECT pack_multiple FROM listing WHERE id = ?`, listingID).Scan(&pack); err != nil {
		return 0, err
	}
	if q, err := inventory.Parse(pack); err == nil && q > 0 {
		return q, nil
	}
	return inventory.One, nil
}

// ask is what a line asks for. Of goods that came back, what had left is what was known to have.
func (f *following) ask(l *order.Line) (inventory.Ask, error) {
	if f.before != nil && f.parcels == nil {
		var err error
		if f.parcels, err = f.tx.parcelsOf(f.after.ID); err != nil {
			return inventory.Ask{}, err
		}
	}
	ask := fulfillment.AskOf(f.after, l, f.parcels)
	if !ask.Back || f.before == nil {
		return ask, nil
	}
	was := slices.IndexFunc(f.before.Lines, func(b order.Line) bool { return b.ID == l.ID })
	if was >= 0 {
		if earlier := fulfillment.AskOf(f.before, &f.before.Lines[was], f.parcels); !earlier.Back {
			ask.Left = earlier.Left
		}
	}
	return ask, nil
}

// parcelsOf lists what of an order lies in packages; never nil.
func (tx *Tx) parcelsOf(orderID int64) ([]fulfillment.Parcel, error) {
	rows, err := tx.Query(`SELECT i.line_id, i.quantity, s.shipped_at FROM order_line l JOIN package_item i ON i.line_id = l.id JOIN package p ON p.id = i.package_id
		JOIN shipment s ON s.id = p.shipment_id WHERE l.order_id = ? ORDER BY s.id`, orderID)
	return collect(rows, err, func(rows *sql.Rows, p *fulfillment.Parcel) error {
		return rows.Scan(&p.LineID, &p.Quantity, instant{&p.ShippedAt})
	})
}

// settle brings one demand to what is wanted.
func (f *following) settle(d inventory.Demand, w want) error {
	if d.ID != 0 && d.Pool != w.Pool {
		if err := f.bring(&d, inventory.Ask{Placed: d.Placed}); err != nil {
			return err
		}
	}
	f.same = d.ID != 0 && d.Pool == w.Pool && d.Each == w.Each && d.BOM == w.BOM
	d.Pool, d.Each, d.BOM = w.Pool, w.Each, w.BOM
	if w.ask.Placed == 0 {
		w.ask.Placed = d.Placed
	}
	return f.bring(&d, w.ask)
}

// standings is how a variant stands in a pool now.
func (f *following) standings(variantID, pool int64) ([]inventory.Standing, error) {
	key := pooled{variantID, pool}
	if known, read := f.read[key]; read {
		delete(f.read, key)
		return known, nil
	}
	return f.tx.standings(variantID, pool)
}

// bring brings a demand to what is asked, by the ledger's rules, and notes whether those that wait for the same variant are to be looked after.
func (f *following) bring(d *inventory.Demand, ask inventory.Ask) error {
	standings, err := f.standings(d.VariantID, d.Pool)
	if err != nil || len(standings) == 0 && d.ID == 0 {
		return err
	}
	f.route.In(standings)
	open, placed, noticed := d.Open, d.Placed, d.Noticed
	entries := inventory.Settle(d, ask, standings, f.tx.now)
	unchanged := f.same && !d.Empty() && len(entries) == 0 && open == d.Open && placed == d.Placed && slices.Equal(noticed, d.Noticed)
	if d.ID == 0 && d.Empty() || unchanged {
		return nil
	}
	if err := firstError(f.tx.putDemand(d), f.tx.post(entries...)); err != nil {
		return err
	}
	q := pooled{d.VariantID, d.Pool}
	if inventory.Unsettles(d, entries, standings) && !slices.Contains(f.queues, q) {
		f.queues = append(f.queues, q)
	}
	return nil
}
