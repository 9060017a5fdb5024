package simulated

import (
	"net/http"
	"time"
)

// Keeper is a Vendor that practice mode can run: goods are put on sale by their SKU, and it says in words what it offers and sold.
type Keeper interface {
	Vendor
	// Offer puts a good on sale, or counts one that is: of a SKU that is known only the quantity changes, and the time of change moves.
	Offer(g Good)
	// Goods lists what is offered, in one order for good.
	Goods() []Good
	// Sales lists the newest orders, newest first, at most so many.
	Sales(most int) []Sale
	// Cancel calls an order off at the vendor, which puts its goods back there; false when it cannot be cancelled any more.
	Cancel(id string) bool
}

// Rememberer is a Keeper with calls that change nothing by themselves and are built upon later: practice writes them down too.
type Rememberer interface {
	Remembers(r *http.Request) bool
}

// Good is one thing on sale.
type Good struct {
	ID       string `json:"id"` // as Item.ID of the stream of stock
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Price    string `json:"price"` // in the vendor's currency: "12.50"
	Quantity int64  `json:"quantity"`
	Counted  bool   `json:"counted"` // whether the vendor counts its stock
}

// Sale is one order as people look at it.
type Sale struct {
	ID        string     `json:"id"`
	Number    string     `json:"number"`
	State     string     `json:"state"`
	Total     string     `json:"total"`
	Currency  string     `json:"currency"`
	PlacedAt  time.Time  `json:"placed_at"`
	Cancelled bool       `json:"cancelled"`
	Lines     []SaleLine `json:"lines"`
}

// SaleLine is what of one thing was sold.
type SaleLine struct {
	SKU      string `json:"sku"`
	Quantity int64  `json:"quantity"`
	// Waits is what of it is still to be shipped, by what the shop says to others: it lies on the shelf.
	Waits int64 `json:"waits"`
}
