package sim

import (
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

var _ simulated.Keeper = (*Shop)(nil)

// Offer puts a good on sale as a simple product, or counts the one of its SKU.
func (s *Shop) Offer(g simulated.Good) {
	s.mutex.Lock()
	p, shelf := s.bySKU(g.SKU)
	if p != nil {
		p.stock = g.Quantity
		shelf.touch(p, s.now())
	} else {
		price, _ := s.minor(g.Price)
		p = &product{stamps: stamps{s.newID(), s.now(), s.now()}, kind: "simple", name: g.Title, status: "publish", sku: g.SKU, regular: s.money(price),
			manage: "true", stock: g.Quantity, weight: "0.3", category: "Tee"}
		s.products.put(p)
	}
	id := max(p.parent, p.id*b2i(p.parent == 0))
	s.mutex.Unlock()
	s.tell("product.updated", id)
}

func (s *Shop) bySKU(sku string) (*product, *shelf[*product]) {
	for _, shelf := range []*shelf[*product]{&s.products, &s.variations} {
		for _, p := range shelf.all() {
			if p.sku == sku {
				return p, shelf
			}
		}
	}
	return nil, nil
}

// Goods lists what is on sale.
func (s *Shop) Goods() []simulated.Good {
	ids := s.IDs(channel.Stock)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	goods := []simulated.Good{}
	for _, id := range ids {
		p := s.sold(id)
		if p == nil {
			continue
		}
		g := simulated.Good{ID: id, SKU: p.sku, Title: p.name, Price: p.regular, Quantity: p.stock, Counted: p.manage == "true"}
		if parent, ok := s.products.get(p.parent); ok {
			g.Title = parent.name + " - " + p.option
		}
		goods = append(goods, g)
	}
	return goods
}

// Sales lists the newest orders.
func (s *Shop) Sales(most int) []simulated.Sale {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	all, sales := s.orders.all(), []simulated.Sale{}
	for _, o := range slices.Backward(all[max(len(all)-most, 0):]) {
		_, _, total := o.sums()
		sale := simulated.Sale{ID: name(o.id), Number: name(o.id), State: o.status, Total: s.money(total), Currency: s.config.currency,
			PlacedAt: time.Unix(o.created, 0).UTC(), Cancelled: !o.reduced, Lines: []simulated.SaleLine{}}
		for _, l := range o.lines {
			line := simulated.SaleLine{SKU: l.sku, Quantity: l.quantity}
			if o.status == "processing" {
				line.Waits = l.quantity
			}
			sale.Lines = append(sale.Lines, line)
		}
		sales = append(sales, sale)
	}
	return sales
}

// Cancel calls an order off that is not completed, and puts its goods back.
func (s *Shop) Cancel(id string) bool {
	s.mutex.Lock()
	o, ok := s.orders.get(parse(id))
	ok = ok && slices.Contains([]string{"pending", "on-hold", "processing"}, o.status)
	if ok {
		o.status = "cancelled"
		if o.reduced {
			s.reduceStock(o, 1)
		}
		s.orders.touch(o, s.now())
	}
	s.mutex.Unlock()
	if ok {
		s.tell("order.updated", o.id)
	}
	return ok
}
