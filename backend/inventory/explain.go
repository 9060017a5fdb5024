package inventory

import "tradepost/backend/commerce"

// Explanation is why a variant's stock is what it is: the entries of the ledger by kind, what is kept for which order, and what orders wait for.
// Its numbers are worked out of these alone.
type Explanation struct {
	VariantID int64
	At        commerce.Instant // 0 is now
	Occurred  bool             // by when things happened, not by when they became known here
	Levels    []Explained
	Waiting   []Claim // what own locations cannot give; known of now alone
}

// Explained is why a level is what it is.
type Explained struct {
	LocationID int64
	Location   string
	ChannelID  int64
	StartedAt  commerce.Instant
	Sums       []Sum
	Kept       []Claim
}

// Sum is the entries of one kind.
type Sum struct {
	Kind     Kind
	Entries  int
	OnHand   Quantity
	Incoming Quantity
	FirstAt  commerce.Instant
	LastAt   commerce.Instant
}

// Claim is what an order has, or waits for.
type Claim struct {
	OrderID  int64
	Number   string // "" of an order that is gone
	Channel  string
	LineID   int64
	Line     string // the line's SKU or title
	Placed   commerce.Instant
	Quantity Quantity
}

// OnHand is the sum of the entries.
func (e Explained) OnHand() (sum Quantity) {
	for _, s := range e.Sums {
		sum += s.OnHand
	}
	return sum
}

// Incoming is the sum of the entries.
func (e Explained) Incoming() (sum Quantity) {
	for _, s := range e.Sums {
		sum += s.Incoming
	}
	return sum
}

// Reserved is the sum of what is kept for orders.
func (e Explained) Reserved() Quantity { return total(e.Kept) }

// Available is what is on hand and not kept.
func (e Explained) Available() Quantity { return e.OnHand() - e.Reserved() }

// Available is what can be promised over all locations.
func (e Explanation) Available() Quantity {
	sum := -total(e.Waiting)
	for _, l := range e.Levels {
		sum += l.Available()
	}
	return sum
}

func total(claims []Claim) (sum Quantity) {
	for _, c := range claims {
		sum += c.Quantity
	}
	return sum
}

// Told is an entry with the names of what it is of.
type Told struct {
	Entry
	SKU      string // the variant's, its title where it has none
	Location string
	Number   string // the order's, or the purchase order's
	Channel  string // the order's
	Supplier string // the purchase order's
	KitID    int64  // of which an assembly was
	Kit      string
	Run      string // the run's title
}

// Point is how a variant stood at the end of a part of its time.
type Point struct {
	At       commerce.Instant
	OnHand   Quantity
	Reserved Quantity
}
