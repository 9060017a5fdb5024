package sim

// Sold is an order as Amazon's own books have it, so that both sides can be compared record by record. Amounts are in cents.
type Sold struct {
	ID       string
	Status   string
	Total    int64 // 0 while it is pending: then no price is told
	Tax      int64 // of it what Amazon pays on itself
	Pending  bool
	ByAmazon bool // Amazon ships it
	Tracking []string
	Street   string // where it goes; "" while it is pending
	Lines    []SoldLine
	Gifts    []string // the items that were wrapped, for money
}

// SoldLine is an item of an order: what is still ordered of it, and what was shipped.
type SoldLine struct {
	ID, SKU           string
	Quantity, Shipped int64
}

// Sold lists all orders, in the order in which they were placed.
func (a *Amazon) Sold() (all []Sold) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	for _, o := range a.orders {
		sold := Sold{ID: o.id, Status: o.status(), Pending: o.pending, ByAmazon: o.fba}
		if !o.pending {
			sold.Total, sold.Street = o.total(), o.street
		}
		for _, p := range o.parcels {
			if p.shown && !o.fba {
				sold.Tracking = append(sold.Tracking, p.tracking)
			}
		}
		for _, l := range o.lines {
			quantity := l.quantity - l.off
			if o.cancelled != "" {
				quantity = l.quantity
			}
			sold.Lines = append(sold.Lines, SoldLine{l.id, l.sku, quantity, o.gone(l.id, true)})
			if l.gift > 0 && !o.pending {
				sold.Gifts = append(sold.Gifts, l.id)
			}
			if !o.pending {
				sold.Tax += l.tax
			}
		}
		all = append(all, sold)
	}
	return all
}
