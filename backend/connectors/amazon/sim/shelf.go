package sim

import (
	"time"

	"tradepost/backend/channel/simulated"
)

var _ simulated.Shelver = (*Amazon)(nil)

// Shelf lists what the items of all orders take from the seller's own shelves.
func (a *Amazon) Shelf() (all []simulated.Pieces) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	for _, o := range a.orders {
		if o.fba {
			continue
		}
		for _, l := range o.lines {
			p := simulated.Pieces{Order: o.id, Line: l.id, SKU: l.sku, Placed: time.Unix(o.created, 0), Unsure: o.status() == "PENDING"}
			for _, one := range o.parcels {
				if n := one.lines[l.id]; n > 0 && one.shown {
					p.Left = append(p.Left, simulated.Leaving{Quantity: n, At: time.Unix(one.shipped, 0)})
				}
			}
			if o.status() != "CANCELLED" {
				p.Waits = max(l.quantity-l.off-o.gone(l.id, true), 0)
			}
			all = append(all, p)
		}
	}
	return all
}

// Stored is what lies in Amazon's warehouses of one SKU: what can be bought, and what waits to leave for orders.
type Stored struct{ Offered, Waits int64 }

// Warehouses lists what lies in Amazon's warehouses, by SKU.
func (a *Amazon) Warehouses() map[string]Stored {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	all := map[string]Stored{}
	for _, l := range a.listings {
		if !l.fba {
			continue
		}
		at := Stored{Offered: l.lying}
		for _, o := range a.orders {
			for _, one := range o.lines {
				if o.fba && one.sku == l.sku && o.status() != "CANCELLED" {
					at.Waits += max(one.quantity-one.off-o.gone(one.id, true), 0)
				}
			}
		}
		all[l.sku] = at
	}
	return all
}
