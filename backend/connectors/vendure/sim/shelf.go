package sim

import (
	"slices"
	"time"

	"tradepost/backend/channel/simulated"
)

var _ simulated.Shelver = (*Shop)(nil)

// Shelf lists what the lines of all orders that were placed take from the shelves. What was sent of a cancelled order is on sale again.
func (s *Shop) Shelf() (all []simulated.Pieces) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, o := range s.orders {
		if o.placed.IsZero() {
			continue
		}
		for _, l := range o.lines {
			p := simulated.Pieces{Order: o.id, Line: l.id, SKU: l.variant.sku, Placed: o.placed, Back: o.state == "Cancelled", Left: o.leavings(l)}
			if !p.Back {
				p.Waits = int64(max(l.quantity-o.left(l), 0))
			}
			all = append(all, p)
		}
	}
	return all
}

func (o *order) leavings(l *line) (all []simulated.Leaving) {
	for _, f := range o.fulfillments {
		if !slices.Contains([]string{"Shipped", "Delivered"}, f.state) {
			continue
		}
		for _, p := range f.pieces {
			if p.line == l {
				all = append(all, simulated.Leaving{Quantity: int64(p.quantity), At: o.shippedAt(f)})
			}
		}
	}
	return all
}

// shippedAt is when a fulfilment went on its way, as the order's history tells.
func (o *order) shippedAt(f *fulfillment) time.Time {
	at := f.created
	for _, e := range o.history {
		if e.kind == "ORDER_FULFILLMENT_TRANSITION" && e.data["fulfillmentId"] == asNumber(f.id) && e.data["to"] == "Shipped" {
			at = e.at
		}
	}
	return at
}
