package sim

// Sold is an order as the shop's own books have it, so that both sides can be compared record by record. Amounts are in cents.
type Sold struct {
	ID, State string
	Total     int64
	Paid      int64
	Refunded  int64
	Street    string // where it goes
	Cancelled bool
	Lines     []SoldLine
}

// SoldLine is a line of an order: how much of it is to reach the buyer, and how much has left.
type SoldLine struct {
	ID, SKU           string
	Quantity, Shipped int
}

// Sold lists what was placed.
func (s *Shop) Sold() (all []Sold) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, o := range s.orders {
		_, _, _, total := o.sums()
		sold := Sold{ID: o.id, State: o.fulfilment(), Total: total, Street: o.customer.street, Cancelled: !o.cancelled.IsZero()}
		sold.Paid, sold.Refunded = o.paid()
		for _, l := range o.lines {
			quantity := max(l.quantity-l.removed, o.left(l))
			if sold.Cancelled {
				quantity = l.quantity
			}
			sold.Lines = append(sold.Lines, SoldLine{l.id, l.variant.sku, quantity, o.left(l)})
		}
		all = append(all, sold)
	}
	return all
}

// Parcel is what left of an order.
type Parcel struct {
	Carrier, Number string
	Pieces          int
}

// Parcels lists the parcels of an order that were not cancelled.
func (s *Shop) Parcels(id string) (all []Parcel) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, p := range s.order(id).parcels {
		one := Parcel{Carrier: p.company, Number: p.number}
		for _, piece := range p.pieces {
			one.Pieces += piece.quantity
		}
		if p.status == "SUCCESS" {
			all = append(all, one)
		}
	}
	return all
}
