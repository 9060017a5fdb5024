package sim

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel/simulated"
)

var (
	_ simulated.Keeper     = (*Amazon)(nil)
	_ simulated.Rememberer = (*Amazon)(nil)
)

// Remembers tells that a call lays down what a later one is built upon.
func (a *Amazon) Remembers(r *http.Request) bool {
	return r.Method != http.MethodGet && (strings.HasPrefix(r.URL.Path, "/store/") || strings.HasPrefix(r.URL.Path, "/feeds/") || strings.HasPrefix(r.URL.Path, "/reports/") || strings.HasPrefix(r.URL.Path, "/notifications/"))
}

// Offer puts a good on sale that the seller ships, or counts the one of its SKU.
func (a *Amazon) Offer(g simulated.Good) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	if l := a.listingOf(g.SKU); l != nil {
		l.quantity, l.updated = g.Quantity, a.now()
		return
	}
	price, _ := cents(g.Price)
	id := a.number()
	a.listings = append(a.listings, &listing{sku: g.SKU, asin: asin(id), title: g.Title, kind: "HOME", gtin: "4000000099999", created: a.now(), updated: a.now(),
		buyable: true, price: price, own: true, quantity: g.Quantity, days: 2})
}

// Goods lists what the seller ships.
func (a *Amazon) Goods() []simulated.Good {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	goods := []simulated.Good{}
	for _, l := range a.listings {
		if l.own {
			goods = append(goods, simulated.Good{ID: l.sku, SKU: l.sku, Title: l.title, Price: minor(l.price), Quantity: l.quantity, Counted: true})
		}
	}
	return goods
}

// Sales lists the newest orders.
func (a *Amazon) Sales(most int) []simulated.Sale {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	sales := []simulated.Sale{}
	for _, o := range slices.Backward(a.orders[max(len(a.orders)-most, 0):]) {
		sale := simulated.Sale{ID: o.id, Number: o.id, State: o.status(), Total: minor(o.total()), Currency: currency, PlacedAt: time.Unix(o.created, 0).UTC(),
			Cancelled: o.cancelled != "", Lines: []simulated.SaleLine{}}
		for _, l := range o.lines {
			if o.fba { // what lies at Amazon is no part of the storeroom
				continue
			}
			line := simulated.SaleLine{SKU: l.sku, Quantity: l.quantity - l.off}
			if sale.State == "UNSHIPPED" || sale.State == "PARTIALLY_SHIPPED" {
				line.Waits = max(line.Quantity-o.gone(l.id, true), 0)
			}
			sale.Lines = append(sale.Lines, line)
		}
		sales = append(sales, sale)
	}
	return sales
}

// Cancel calls an order off that is not shipped, and puts its goods back.
func (a *Amazon) Cancel(id string) bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	o := a.orderOf(id)
	if o == nil || o.status() != "UNSHIPPED" && o.status() != "PENDING" || len(o.parcels) > 0 {
		return false
	}
	a.callOff(o, "BUYER")
	o.updated = a.now()
	return true
}
