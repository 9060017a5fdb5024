package sim

// Sold is an order as the shop's own books have it, so that both sides can be compared record by record. Amounts are in the
// smallest unit that the shop shows.
type Sold struct {
	ID       string
	Status   string
	Total    int64
	Refunded int64
	Unpaid   bool // to be paid on delivery, and not paid yet
	Tracking []string
	Note     string
	Street   string // where it goes
	Lines    []SoldLine
}

// SoldLine is a line of an order; a fee is one without a SKU.
type SoldLine struct {
	ID, SKU  string
	Quantity int64
}

// Sold lists all orders but drafts and what lies in the bin.
func (s *Shop) Sold() (all []Sold) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, o := range s.orders.all() {
		if o.status != "checkout-draft" {
			all = append(all, o.sold())
		}
	}
	return all
}

func (o *order) sold() Sold {
	_, _, total := o.sums()
	sold := Sold{ID: name(o.id), Status: o.status, Total: total, Refunded: o.refunded(), Unpaid: o.method == "cod" && o.paid == 0,
		Tracking: o.trackingNumbers(), Note: o.note, Street: o.shipping.Line1}
	if sold.Street == "" {
		sold.Street = o.billing.Line1
	}
	for _, l := range o.lines {
		sold.Lines = append(sold.Lines, SoldLine{name(l.id), l.sku, l.quantity})
	}
	for _, f := range o.fees {
		sold.Lines = append(sold.Lines, SoldLine{name(f.id), "", 1})
	}
	return sold
}

// Paid is what a customer pays for a listing: the sale price, where it has one, else the regular one. "" where it is not there.
func (s *Shop) Paid(id string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch p := s.sold(id); {
	case p == nil:
		return ""
	case p.sale != "":
		return p.sale
	default:
		return p.regular
	}
}
