package sim

import (
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel/simulated"
)

var _ simulated.Keeper = (*Shop)(nil)

// Offer puts a good on sale in the storeroom, or counts there what is on sale under its SKU.
func (s *Shop) Offer(g simulated.Good) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	all := s.variants()
	i := slices.IndexFunc(all, func(v *variant) bool { return v.sku == g.SKU })
	if i < 0 {
		price, _ := strconv.ParseInt(strings.ReplaceAll(g.Price, ".", ""), 10, 64)
		s.addVariant(s.addProduct(g.Title), g.SKU, "", price, int(g.Quantity))
		return
	}
	at := all[i].level(storeroom)
	at.available, at.updated = int(g.Quantity), s.now()
}

// Goods lists what is on sale, as the storeroom has it.
func (s *Shop) Goods() []simulated.Good {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	goods := []simulated.Good{}
	for _, v := range s.variants() {
		goods = append(goods, simulated.Good{ID: v.id, SKU: v.sku, Title: v.title(), Price: cents(v.price), Quantity: int64(v.level(storeroom).available), Counted: v.tracked})
	}
	return goods
}

// Sales lists the newest orders.
func (s *Shop) Sales(most int) []simulated.Sale {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	sales := []simulated.Sale{}
	for _, o := range slices.Backward(s.orders) {
		if len(sales) == most {
			break
		}
		sales = append(sales, o.asSale())
	}
	return sales
}

func (o *order) asSale() simulated.Sale {
	_, _, _, total := o.sums()
	state := strings.ToLower(strings.ReplaceAll(o.fulfilment(), "_", " "))
	if !o.cancelled.IsZero() {
		state = "cancelled"
	}
	sale := simulated.Sale{ID: o.id, Number: o.name, State: state, Total: cents(total), Currency: currency, PlacedAt: o.created.UTC(), Cancelled: !o.cancelled.IsZero(),
		Lines: []simulated.SaleLine{}}
	for _, l := range o.lines {
		sale.Lines = append(sale.Lines, simulated.SaleLine{SKU: l.variant.sku, Quantity: int64(l.quantity)})
	}
	return sale
}

// Cancel calls an order off of which nothing is shipped yet.
func (s *Shop) Cancel(id string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.order(id)
	if o == nil || !o.cancelled.IsZero() || len(o.parcels) > 0 {
		return false
	}
	s.callOff(o, "CUSTOMER", true)
	return true
}
