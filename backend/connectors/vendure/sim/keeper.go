package sim

import (
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
)

var _ simulated.Keeper = (*Shop)(nil)

// Offer puts a good on sale in the first place, or counts there what is on sale under its SKU.
func (s *Shop) Offer(g simulated.Good) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	i := slices.IndexFunc(s.variants, func(v *variant) bool { return v.sku == g.SKU })
	if i < 0 {
		price, _ := strconv.ParseInt(strings.ReplaceAll(g.Price, ".", ""), 10, 64)
		s.addVariant(g.SKU, g.Title, price, int(g.Quantity))
		return
	}
	at := s.variants[i].level(store)
	at.onHand, at.updated = int(g.Quantity)+at.allocated, s.now()
}

// Goods lists what is on sale, as the first place has it.
func (s *Shop) Goods() []simulated.Good {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	goods := []simulated.Good{}
	for _, v := range s.variants {
		at := v.level(store)
		goods = append(goods, simulated.Good{ID: v.id, SKU: v.sku, Title: v.name, Price: commerce.Minor(v.price).Decimal(2),
			Quantity: int64(at.onHand - at.allocated), Counted: v.tracked})
	}
	return goods
}

// Sales lists the newest orders.
func (s *Shop) Sales(most int) []simulated.Sale {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	sales := []simulated.Sale{}
	for _, o := range slices.Backward(s.orders) {
		if o.placed.IsZero() {
			continue
		}
		if len(sales) == most {
			break
		}
		sales = append(sales, o.asSale())
	}
	return sales
}

func (o *order) asSale() simulated.Sale {
	_, gross := o.sums()
	sale := simulated.Sale{ID: o.id, Number: o.code, State: o.state, Total: commerce.Minor(gross + o.shipping).Decimal(2), Currency: "EUR",
		PlacedAt: o.placed.UTC(), Cancelled: o.state == "Cancelled", Lines: []simulated.SaleLine{}}
	for _, l := range o.lines {
		sale.Lines = append(sale.Lines, simulated.SaleLine{SKU: l.variant.sku, Quantity: int64(max(l.placed, l.quantity)), Waits: int64(max(l.quantity-o.left(l), 0))})
	}
	return sale
}

// Cancel calls an order off of which nothing is shipped yet.
func (s *Shop) Cancel(id string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.order(id)
	if o == nil || o.state != "PaymentSettled" {
		return false
	}
	o.updated = s.now()
	s.callOff(o, "Changed their mind")
	return true
}
