package order

// Financial is the payment state in Shopify's sense; "" is not stated.
type Financial string

// The payment states.
const (
	Pending           Financial = "pending"
	Authorized        Financial = "authorized"
	PartiallyPaid     Financial = "partially_paid"
	Paid              Financial = "paid"
	PartiallyRefunded Financial = "partially_refunded"
	Refunded          Financial = "refunded"
	Voided            Financial = "voided"
)

// Fulfillment is the shipping state in Shopify's sense; "" is not stated.
type Fulfillment string

// The shipping states.
const (
	Unfulfilled Fulfillment = "unfulfilled"
	Partial     Fulfillment = "partial"
	Fulfilled   Fulfillment = "fulfilled"
	Restocked   Fulfillment = "restocked"
)

// Fulfiller says who ships an order; "" is not stated, which is the merchant.
type Fulfiller string

// Who may ship: the merchant from stock of their own, or the channel from what lies with it (FBA, WFS).
const (
	ByMerchant Fulfiller = "merchant"
	ByChannel  Fulfiller = "channel"
)

// Stage is where an order stands in the merchant's day; it is derived, never stated.
type Stage string

// The stages: what waits to be shipped, what is done, what was called off, and what the source did not tell.
const (
	ToShip    Stage = "to_ship"
	Shipped   Stage = "shipped"
	Cancelled Stage = "cancelled"
	Open      Stage = "open"
)

// Stage derives the stage: a cancelled, voided or wholly refunded order is called off; a stated shipping state decides
// the rest; an order whose source states none is open.
func (o *Order) Stage() Stage {
	switch {
	case o.CancelledAt != 0, o.Financial == Voided, o.Fulfillment == Restocked:
		return Cancelled
	case o.Fulfillment == Fulfilled:
		return Shipped
	case o.Financial == Refunded:
		return Cancelled
	case o.Fulfillment == Unfulfilled, o.Fulfillment == Partial:
		return ToShip
	}
	return Open
}
