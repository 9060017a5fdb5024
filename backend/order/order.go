// Package order holds orders as channels state them: numbers, lines, amounts, states and the people by role. It knows
// how to lay one statement of an order over another (merge), and how to name the difference.
package order

import (
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
)

// Order is one order of one channel. Every zero value means "not stated": an incoming order that leaves a field zero
// leaves what is known as it is (invariant 11), and a stored order that has it zero was never told.
type Order struct {
	ID        int64
	ChannelID int64
	Channel   string // the channel's name, filled on reading
	Version   int64  // commit sequence of the last change; the ETag

	Number     string // what people call it: "#1001"
	ExternalID string // the channel's own id, if it has one beside the number

	Placed   commerce.Stamp
	Currency commerce.Currency

	Subtotal    commerce.Amount
	Shipping    commerce.Amount
	Tax         commerce.Amount
	Discount    commerce.Amount
	Total       commerce.Amount
	Refunded    commerce.Amount
	Outstanding commerce.Amount

	Financial   Financial
	Fulfillment Fulfillment
	FulfilledBy Fulfiller // who ships it, and so whose stock it takes
	PaidAt      commerce.Instant
	FulfilledAt commerce.Instant
	CancelledAt commerce.Instant
	ShipBy      commerce.Instant
	Held        bool

	ShippingMethod string
	PaymentMethod  string
	DiscountCode   string
	Source         string // where inside the channel: "web", "pos", "Amazon.com"
	Risk           string
	Tags           []string

	Lines   []Line
	Parties []Party

	// Clear names what an incoming order empties: "ship_by", "tags", "ship_to.phone". Blank alone empties nothing. A
	// stored order never has it.
	Clear []string `json:",omitempty"`

	// Whole tells that an incoming order states all of itself: what is known of its lines and of the people it names and is not stated is
	// no longer so. A stored order never has it.
	Whole bool `json:"-"`
}

// Line is one line item. Total is the source's own line total and outranks quantity times UnitPrice.
type Line struct {
	ID         int64
	ExternalID string // the channel's line id, "" where it has none
	Position   int    // 1-based order in the source

	SKU           string // the seller's item code as the channel states it
	BuyerItemCode string // the buyer's own item code (EDI)
	Title         string
	Quantity      commerce.Decimal
	UOM           string // unit of measure, "each" unless stated otherwise

	UnitPrice commerce.Decimal
	Total     commerce.Amount
	Discount  commerce.Amount
	Tax       commerce.Amount
	Shipping  commerce.Amount

	Fulfillment Fulfillment

	// Charge tells that it is no goods but a fee or surcharge: part of what the lines add up to, never linked, packed or counted.
	Charge bool `json:",omitempty"`

	ListingID int64 // the listing this line sold, filled on storing
	VariantID int64 // the variant linked to that listing, 0 while unlinked
	LinkedSKU string
	Packed    bool `json:",omitempty"` // some of it lies in a package, filled on reading
}

// Role says what a party is to an order.
type Role string

// The roles a party can have.
const (
	Buyer  Role = "buyer"
	ShipTo Role = "ship_to"
	BillTo Role = "bill_to"
)

// Party is a person or company in a role.
type Party struct {
	Role    Role
	Contact customer.Contact
}

// Party finds the contact in a role; the second result is false when there is none.
func (o *Order) Party(role Role) (customer.Contact, bool) {
	for _, p := range o.Parties {
		if p.Role == role {
			return p.Contact, true
		}
	}
	return customer.Contact{}, false
}

// SetParty puts contact into role; an empty contact is left out.
func (o *Order) SetParty(role Role, contact customer.Contact) {
	if contact.Empty() {
		return
	}
	for i := range o.Parties {
		if o.Parties[i].Role == role {
			o.Parties[i].Contact = contact
			return
		}
	}
	o.Parties = append(o.Parties, Party{Role: role, Contact: contact})
}

// Goods are the lines but charges.
func (o *Order) Goods() []Line {
	return slices.DeleteFunc(slices.Clone(o.Lines), func(l Line) bool { return l.Charge })
}

// Unlinked counts the lines of goods whose listing is linked to no variant.
func (o *Order) Unlinked() int {
	n := 0
	for i := range o.Lines {
		if o.Lines[i].VariantID == 0 && !o.Lines[i].Charge {
			n++
		}
	}
	return n
}
