package fulfillment

import (
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/order"
)

// Parcel is how much of a line lies in one package, and when that was shipped; 0 where its shipment does not say.
type Parcel struct {
	LineID    int64
	Quantity  commerce.Decimal
	ShippedAt commerce.Instant
}

// AskOf is what a line asks of the stock of what it sold, in pieces of the line. What left is what lies in packages, and all of a line
// that is said to be fulfilled. That an order was called off says nothing of goods that left; only "restocked" says that they came back.
func AskOf(o *order.Order, l *order.Line, parcels []Parcel) inventory.Ask {
	ask := inventory.Ask{Placed: o.Placed.At, Back: l.Fulfillment == order.Restocked || o.Fulfillment == order.Restocked, Unsure: o.Stage() == order.Open && o.FulfilledBy != order.ByChannel}
	left := inventory.Quantity(0)
	for _, p := range parcels {
		if q := quantity(p.Quantity); p.LineID == l.ID && q > 0 {
			ask.Left = append(ask.Left, inventory.Left{Quantity: q, At: p.ShippedAt})
			left += q
		}
	}
	rest := max(quantity(l.Quantity)-left, 0)
	whole := l.Fulfillment == order.Fulfilled || o.Fulfillment == order.Fulfilled
	switch {
	case ask.Back:
	case whole && rest > 0:
		ask.Left = append(ask.Left, inventory.Left{Quantity: rest, At: o.FulfilledAt})
	case !whole && o.Stage() != order.Cancelled:
		ask.Open = rest
	}
	return ask
}

// quantity reads a line's quantity; one that is not stated, below zero, or finer than a millionth asks for nothing.
func quantity(d commerce.Decimal) inventory.Quantity {
	q, err := inventory.Parse(d)
	if err != nil {
		return 0
	}
	return max(q, 0)
}
