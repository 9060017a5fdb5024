package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

// Fill makes a small company: products with up to three variants, most of them at both locations, and orders of which some are shipped, some in
// parts, and some in another currency.
func (s *Shop) Fill(seed uint64, listings, customers, orders int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	r := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // the same for each run, on purpose
	var p *product
	for i := range listings {
		size := i % len(simulated.Sizes)
		if size == 0 {
			p = s.addProduct(simulated.Goods[i/len(simulated.Sizes)%len(simulated.Goods)])
		}
		v := s.addVariant(p, fmt.Sprintf("GR-%04d", 1000+i), simulated.Sizes[size], 500+100*r.Int64N(90)+99, 20+r.IntN(60))
		if v.tracked = i%7 != 6; i%5 != 4 {
			v.levels = append(v.levels, &level{place: shopFloor, available: r.IntN(30), updated: s.now()})
		}
	}
	for i := range customers {
		who := simulated.People[i%len(simulated.People)]
		s.addCustomer(who.First, who.Last, fmt.Sprintf("%s.%s.%d@example.com", who.First, who.Last, i))
	}
	for i := range orders {
		if o := s.sell(r); i%4 == 3 {
			s.sendAll(o)
		}
	}
}

// sendAll ships what is open of an order.
func (s *Shop) sendAll(o *order) {
	for _, t := range o.tasks {
		if t.open() {
			s.send(o, t, t.rest(), "DHL", "GR"+s.id("tracking"), "")
		}
	}
}

// sell places an order of a few things.
func (s *Shop) sell(r *rand.Rand) *order {
	all := s.variants()
	if len(all) == 0 {
		all = []*variant{s.addVariant(s.addProduct("Bowl"), "GR-1000", "", 1299, 50)}
	}
	if len(s.customers) == 0 {
		s.addCustomer("Grete", "Beispiel", "grete.beispiel@example.com")
	}
	var lines []*line
	for i := range 1 + r.IntN(2) {
		v := all[(r.IntN(len(all))+i)%len(all)]
		lines = append(lines, &line{id: s.id("line"), variant: v, quantity: 1 + r.IntN(3), unit: v.price})
	}
	presentment := currency
	if len(s.orders)%6 == 5 {
		presentment = "GBP"
	}
	tip := int64(len(s.orders)%7/6) * 200
	if len(s.orders)%5 == 4 {
		lines[0].discount = lines[0].gross() / 10
	}
	return s.place(s.customers[r.IntN(len(s.customers))], lines, presentment, tip)
}

// Place makes one new order.
func (s *Shop) Place(r *rand.Rand) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.sell(r).id
}

// Change edits an item as a person in the admin would.
func (s *Shop) Change(stream channel.Stream, id string, r *rand.Rand) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch stream {
	case channel.Orders:
		return s.changeOrder(s.order(id), r)
	case channel.Customers:
		c := s.customer(id)
		c.phone, c.updated = "+4930"+s.id("phone"), s.now()
		return "The telephone number is " + c.phone + " now."
	case channel.Stock:
		v := s.variant(id)
		l := v.levels[r.IntN(len(v.levels))]
		l.available, l.updated = l.available+1+r.IntN(5), s.now()
		return fmt.Sprintf("%d pieces are available at place %s now.", l.available, l.place)
	}
	v := s.variant(id)
	if v.updated = s.now(); r.IntN(2) == 0 {
		v.price += 100
		return "The price went up by 1.00."
	}
	v.barcode = s.id("barcode")
	return "The barcode is " + v.barcode + " now."
}

// changeOrder ships an order in one or two parcels, gives some of its money back, takes a piece out of it, cancels it, or sends it to another door.
func (s *Shop) changeOrder(o *order, r *rand.Rand) string {
	if o.cancelled.IsZero() && o.fulfilment() != "FULFILLED" {
		switch r.IntN(5) {
		case 0:
			s.sendAll(o)
			return "Everything was shipped."
		case 1:
			if said := s.sendOne(o); said != "" {
				return said
			}
		case 2:
			if _, refunded := o.paid(); refunded == 0 {
				s.giveBack(o, o.payments[0], 100, "Kindness")
				return "1.00 was given back."
			}
		case 3:
			if len(o.parcels) == 0 {
				s.callOff(o, "CUSTOMER", true)
				return "The order was cancelled."
			}
		}
	}
	o.door, o.updated = "Door "+s.id("door"), s.now()
	return "It goes to " + o.door + " now."
}

// sendOne ships one piece of an order.
func (s *Shop) sendOne(o *order) string {
	for _, t := range o.tasks {
		for _, p := range t.pieces {
			if t.open() && p.remaining > 0 {
				s.send(o, t, map[*taskPiece]int{p: 1}, "DHL", "GR"+s.id("tracking"), "")
				return "One piece was shipped."
			}
		}
	}
	return ""
}

// Edit takes pieces out of an order's first line before it is shipped, as the admin's order editing does.
func (s *Shop) Edit(id string, pieces int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.order(id)
	o.lines[0].removed += pieces
	o.forget(o.lines[0], pieces)
	o.edited, o.updated = true, s.now()
}

// Order places an order of so many pieces of each of some variants, whoever buys.
func (s *Shop) Order(customerID string, variantIDs []string, pieces int) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var lines []*line
	for _, id := range variantIDs {
		v := s.variant(id)
		lines = append(lines, &line{id: s.id("line"), variant: v, quantity: pieces, unit: v.price})
	}
	return s.place(s.customer(customerID), lines, currency, 0).id
}

// Renumber corrects the tracking number of an order's first parcel, as a person in the admin does.
func (s *Shop) Renumber(id, number string) {
	s.set(func() {
		o := s.order(id)
		o.parcels[0].number, o.updated = number, s.now()
	})
}

// Send ships so many pieces of an order's first line.
func (s *Shop) Send(id string, pieces int, number string) {
	s.set(func() {
		o := s.order(id)
		t := o.tasks[0]
		s.send(o, t, map[*taskPiece]int{t.pieces[0]: pieces}, "DHL", number, "")
	})
}

// Abroad makes an order one that was paid in pounds.
func (s *Shop) Abroad(id string) { s.set(func() { s.order(id).presentment = "GBP" }) }

// Remove deletes an item.
func (s *Shop) Remove(stream channel.Stream, id string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch stream {
	case channel.Orders:
		s.orders = slices.DeleteFunc(s.orders, func(o *order) bool { return o.id == id })
		s.next["gone"]++
	case channel.Customers:
		s.customers = slices.DeleteFunc(s.customers, func(c *customer) bool { return c.id == id })
	default:
		for _, p := range s.products {
			p.variants = slices.DeleteFunc(p.variants, func(v *variant) bool { return v.id == id })
		}
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
			ids = append(ids, o.id)
		}
	case channel.Customers:
		for _, c := range s.customers {
			ids = append(ids, c.id)
		}
	default:
		for _, v := range s.variants() {
			ids = append(ids, v.id)
		}
	}
	return ids
}

// Value is what the shop has for the target of an intent; "" where there is no such thing.
func (s *Shop) Value(operation channel.Operation, target, location string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	v := s.variant(target)
	switch {
	case v == nil:
	case operation == channel.SetStock && v.level(location) != nil:
		return strconv.Itoa(v.level(location).available)
	case operation == channel.SetPrice:
		return cents(v.price)
	}
	return ""
}

// StockEverywhere begins to stock a thing at so many more locations.
func (s *Shop) StockEverywhere(id string, more int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	v := s.variant(id)
	for i := range more {
		v.levels = append(v.levels, &level{place: strconv.Itoa(200 + i), available: i, updated: s.now()})
	}
}

// Split makes a fulfilment order of each line of an order, as when each is to leave by itself.
func (s *Shop) Split(id string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.order(id)
	var tasks []*task
	for _, t := range o.tasks {
		for _, p := range t.pieces {
			tasks = append(tasks, &task{id: s.id("task"), place: t.place, status: t.status, pieces: []*taskPiece{p}})
		}
	}
	o.tasks = tasks
}
