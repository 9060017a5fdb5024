package sim

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
)

// Fill makes a small company.
func (s *Shop) Fill(seed uint64, listings, customers, orders int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	r := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // the same for each run, on purpose
	for i := range listings {
		name, size := simulated.Goods[i%len(simulated.Goods)], simulated.Sizes[i/len(simulated.Goods)%len(simulated.Sizes)]
		v := s.addVariant(fmt.Sprintf("GH-%04d", 1000+i), name+" "+size, 500+100*r.Int64N(90)+99, 20+r.IntN(60))
		v.product, v.size, v.tracked = name, size, i%7 != 6
		v.levels[1].onHand = r.IntN(30)
	}
	for i := range customers {
		who := simulated.People[i%len(simulated.People)]
		s.addCustomer(who.First, who.Last, fmt.Sprintf("%s.%s.%d@example.com", who.First, who.Last, i))
	}
	for i := range orders {
		if o := s.sell(r); i%4 == 3 {
			s.ship(o, s.fulfil(o, o.rest(), "DHL", fmt.Sprintf("GH%08d", s.id("tracking"))))
		}
	}
}

// sell places an order of a few things.
func (s *Shop) sell(r *rand.Rand) *order {
	if len(s.variants) == 0 {
		s.addVariant("GH-1000", "Bowl small", 1299, 50)
	}
	if len(s.customers) == 0 {
		s.addCustomer("Grete", "Beispiel", "grete.beispiel@example.com")
	}
	o := s.addOrder("ArrangingPayment")
	for i := range 1 + r.IntN(2) {
		s.addLine(o, s.variants[(r.IntN(len(s.variants))+i)%len(s.variants)], 1+r.IntN(3))
	}
	s.place(o, s.customers[r.IntN(len(s.customers))])
	return o
}

// Place makes one new order.
func (s *Shop) Place(r *rand.Rand) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.sell(r).id
}

// Change edits an item as a person in the dashboard would.
func (s *Shop) Change(stream channel.Stream, id string, r *rand.Rand) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch stream {
	case channel.Orders:
		return s.changeOrder(s.order(id), r)
	case channel.Customers:
		c := s.customer(id)
		c.phone, c.updated = fmt.Sprintf("030 %05d%03d", s.id("phone"), r.IntN(1000)), s.now()
		return "The telephone number is " + c.phone + " now."
	case channel.Stock:
		l := s.variant(id).levels[r.IntN(2)]
		l.onHand, l.updated = l.onHand+1+r.IntN(5), s.now()
		return fmt.Sprintf("%d pieces lie in place %s now.", l.onHand, l.place)
	}
	v := s.variant(id)
	if v.updated = s.now(); r.IntN(2) == 0 {
		v.price += 100
		return "The price went up by 1.00."
	}
	v.name = fmt.Sprintf("%s, batch %d", v.product, s.id("batch"))
	return "The name is " + v.name + " now."
}

// changeOrder ships an order that is open or gives some of its money back; those move no time of change. One that is closed
// is called off, or goes to another address, which do.
func (s *Shop) changeOrder(o *order, r *rand.Rand) string {
	if o.state == "PaymentSettled" {
		switch r.IntN(3) {
		case 0:
			f := s.fulfil(o, o.rest(), "DHL", fmt.Sprintf("GH%08d", s.id("tracking")))
			s.ship(o, f)
			return "Everything was shipped."
		case 1:
			p := o.payments[0]
			s.refund(p, 1, "Kindness")
			return "A cent was given back."
		}
	}
	o.updated = s.now()
	if o.state != "Cancelled" && r.IntN(2) == 0 {
		s.callOff(o, "Changed their mind")
		return "The order was cancelled."
	}
	to := maps.Clone(o.to)
	to["streetLine2"] = fmt.Sprintf("Door %d", s.id("door"))
	o.to = to
	return fmt.Sprintf("It goes to door %v now.", to["streetLine2"])
}

// Remove deletes an item.
func (s *Shop) Remove(stream channel.Stream, id string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch stream {
	case channel.Orders:
		s.orders = slices.DeleteFunc(s.orders, func(o *order) bool { return o.id == id })
	case channel.Customers:
		s.customers = slices.DeleteFunc(s.customers, func(c *customer) bool { return c.id == id })
	default:
		s.variants = slices.DeleteFunc(s.variants, func(v *variant) bool { return v.id == id })
	}
}

// IDs lists what a full pull must give.
func (s *Shop) IDs(stream channel.Stream) []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	ids := []string{}
	switch stream {
	case channel.Orders:
		for _, o := range s.orders {
			if !o.placed.IsZero() {
				ids = append(ids, o.id)
			}
		}
	case channel.Customers:
		for _, c := range s.customers {
			ids = append(ids, c.id)
		}
	default:
		for _, v := range s.variants {
			ids = append(ids, v.id)
		}
	}
	return ids
}

// Value is what the shop has for the target of an intent; "" where there is no such thing.
func (s *Shop) Value(operation channel.Operation, target, location string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	v, o := s.variant(target), s.order(target)
	switch {
	case operation == channel.SetStock && v != nil && v.level(location) != nil:
		l := v.level(location)
		return strconv.Itoa(l.onHand - l.allocated)
	case operation == channel.SetPrice && v != nil:
		return commerce.Minor(v.price).Decimal(2)
	case operation == channel.SetStatus && o != nil:
		return o.state
	}
	return ""
}

// Parcel ships pieces of an order's first line, as a person in the dashboard does.
func (s *Shop) Parcel(id string, pieces int, tracking string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.order(id)
	s.ship(o, s.fulfil(o, []piece{{o.lines[0], pieces}}, "DHL", tracking))
}

// CallOff cancels an order.
func (s *Shop) CallOff(id string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.callOff(s.order(id), "Changed their mind")
}

// GiveBack refunds some of an order's first payment.
func (s *Shop) GiveBack(id string, amount int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.refund(s.order(id).payments[0], amount, "Kindness")
}

// Seen is an order as the shop has it.
type Seen struct {
	Code, State             string
	Lines, Parcels, Refunds []string
}

// Seen tells of an order.
func (s *Shop) Seen(id string) Seen {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.order(id)
	seen := Seen{Code: o.code, State: o.state}
	for _, l := range o.lines {
		seen.Lines = append(seen.Lines, l.id)
	}
	for _, f := range o.fulfillments {
		n := 0
		for _, p := range f.pieces {
			n += p.quantity
		}
		seen.Parcels = append(seen.Parcels, fmt.Sprintf("%s %s %s %d", f.state, f.method, f.tracking, n))
	}
	for _, p := range o.payments {
		for _, r := range p.refunds {
			seen.Refunds = append(seen.Refunds, strconv.FormatInt(r.total, 10))
		}
	}
	return seen
}
