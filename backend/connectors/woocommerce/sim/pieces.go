package sim

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"tradepost/backend/channel/simulated"
)

var _ simulated.Shelver = (*Shop)(nil)

// Shelf lists what the lines of all orders take from the shelves. What has a tracking number has left; else what is completed has.
func (s *Shop) Shelf() (all []simulated.Pieces) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, o := range s.orders.all() {
		if o.status == "checkout-draft" {
			continue
		}
		at, left := o.leftAt()
		for _, l := range o.lines {
			p := simulated.Pieces{Order: name(o.id), Line: name(l.id), SKU: l.sku, Placed: time.Unix(o.created, 0)}
			switch {
			case left:
				p.Left = []simulated.Leaving{{Quantity: l.quantity, At: at}}
			case o.status == "processing":
				p.Waits = l.quantity
			case slices.Contains([]string{"pending", "on-hold", "failed"}, o.status):
				p.Waits, p.Unsure = l.quantity, true
			}
			all = append(all, p)
		}
	}
	return all
}

// leftAt tells whether an order has left, and when; zero where its tracking number says no time.
func (o *order) leftAt() (at time.Time, left bool) {
	var items []struct {
		Shipped string `json:"date_shipped"`
	}
	_ = json.Unmarshal(o.find(trackingMeta), &items)
	if len(items) > 0 {
		seconds, err := strconv.ParseInt(items[0].Shipped, 10, 64)
		if err != nil {
			return time.Time{}, true
		}
		return time.Unix(seconds, 0), true
	}
	return time.Unix(o.completed, 0), o.status == "completed"
}
