package sim

import "slices"

// Sold is an order as the shop's own books have it, so that both sides can be compared record by record. Amounts are in cents.
type Sold struct {
	ID, State string
	Total     int64
	Paid      int64
	Refunded  int64
	Street    string // where it goes
	Lines     []SoldLine
}

// SoldLine is a line of an order, and how much of it has left.
type SoldLine struct {
	ID, SKU           string
	Quantity, Shipped int
}

// Sold lists what was placed.
func (s *Shop) Sold() (all []Sold) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, o := range s.orders {
		if !o.placed.IsZero() {
			all = append(all, o.sold())
		}
	}
	return all
}

func (o *order) sold() Sold {
	_, gross := o.sums()
	sold := Sold{ID: o.id, State: o.state, Total: gross + o.shipping}
	sold.Street, _ = o.to["streetLine1"].(string)
	for _, p := range o.payments {
		sold.Paid += p.amount
		for _, r := range p.refunds {
			sold.Refunded += r.total
		}
	}
	for _, l := range o.lines {
		sold.Lines = append(sold.Lines, SoldLine{l.id, l.variant.sku, l.quantity, o.left(l)})
	}
	return sold
}

// left is how much of a line is on its way or there.
func (o *order) left(l *line) (n int) {
	for _, f := range o.fulfillments {
		if !slices.Contains([]string{"Shipped", "Delivered"}, f.state) {
			continue
		}
		for _, p := range f.pieces {
			if p.line == l {
				n += p.quantity
			}
		}
	}
	return n
}
