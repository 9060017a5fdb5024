package sim

import "tradepost/backend/channel/simulated"

var _ simulated.Shelver = (*Shop)(nil)

// Shelf lists what the lines of all orders take from the shelves.
func (s *Shop) Shelf() (all []simulated.Pieces) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, o := range s.orders {
		for _, l := range o.lines {
			p := simulated.Pieces{Order: o.id, Line: l.id, SKU: l.variant.sku, Placed: o.created}
			for _, one := range o.parcels {
				for _, piece := range one.pieces {
					if one.status == "SUCCESS" && piece.line == l {
						p.Left = append(p.Left, simulated.Leaving{Quantity: int64(piece.quantity), At: one.created})
					}
				}
			}
			if o.cancelled.IsZero() {
				p.Waits = int64(max(l.quantity-l.removed-o.left(l), 0))
			}
			all = append(all, p)
		}
	}
	return all
}
