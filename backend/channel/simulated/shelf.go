package simulated

import "time"

// Pieces is what one line of an order has of a thing, by the vendor's own books: what lies on a shelf can be worked out of it without asking
// anybody else.
type Pieces struct {
	Order, Line, SKU string
	Placed           time.Time
	// Waits is what is still to leave; Unsure tells that the vendor says nothing of it, as of an order that is not paid.
	Waits  int64
	Unsure bool
	Left   []Leaving
	// Back tells that what left came back.
	Back bool
}

// Leaving is what of a line left at once. At is when, by the vendor's clock; zero where it does not say.
type Leaving struct {
	Quantity int64
	At       time.Time
}

// Shelver is a Vendor whose books say what its orders take from the shelves. What the vendor itself keeps and ships is no part of it.
type Shelver interface {
	Vendor
	Shelf() []Pieces
}
