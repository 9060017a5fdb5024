// Package fulfillment holds what travels: shipments with their tracking numbers, the packages in them and what lies in
// those, and what that means for the order they belong to.
package fulfillment

import (
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// Shipment is what travels under one tracking number for one order.
type Shipment struct {
	ID        int64
	OrderID   int64
	Order     string // the order's number
	Carrier   string
	Service   string
	Tracking  string
	ShippedAt commerce.Instant
	Version   int64
}

// Packed is how much of one line lies in packages, and how the line stood before the first of them.
type Packed struct {
	LineID   int64
	Quantity commerce.Decimal // over all packages
	Was      order.Fulfillment
}

// rank orders the shipping states by how far they are.
var rank = []order.Fulfillment{"", order.Unfulfilled, order.Partial, order.Fulfilled}

// Furthest is the state that is further on. A state outside of the row (restocked) stays as it is.
func Furthest(a, b order.Fulfillment) order.Fulfillment {
	if !slices.Contains(rank, a) || slices.Index(rank, a) >= slices.Index(rank, b) {
		return a
	}
	return b
}

// LineState is how a line stands, by how it did, with so much of it packed.
func LineState(was order.Fulfillment, packed, quantity commerce.Decimal) order.Fulfillment {
	switch {
	case packed.Sign() <= 0:
		return was
	case Less(packed, quantity):
		return Furthest(was, order.Partial)
	}
	return Furthest(was, order.Fulfilled)
}

// OrderState is how an order stands, by how it did and by its lines. Nothing packed leaves it as it was.
func OrderState(was order.Fulfillment, lines []order.Line, packs bool) order.Fulfillment {
	if !packs {
		return was
	}
	for i := range lines {
		if q := lines[i].Quantity; lines[i].Charge || q != "" && q.Sign() == 0 {
			continue // nothing travels of a charge, nor of what was taken off the order
		}
		if s := lines[i].Fulfillment; s != order.Fulfilled && s != order.Restocked {
			return Furthest(was, order.Partial)
		}
	}
	return Furthest(was, order.Fulfilled)
}

// Less compares exact decimals.
func Less(a, b commerce.Decimal) bool { return Minus(a, b).Sign() < 0 }

// Minus subtracts exactly; not stated counts as nothing.
func Minus(a, b commerce.Decimal) commerce.Decimal {
	if b == "" {
		b = "0"
	}
	return Plus(a, b.Times("-1"))
}

// Plus adds exactly; not stated counts as nothing.
func Plus(a, b commerce.Decimal) commerce.Decimal {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a.Plus(b)
}
