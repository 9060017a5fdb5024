package channel

import (
	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// Record is one item as the connector reads it. Exactly one of Order, Listing, Levels, Customer and Ledger is there, by the
// stream.
type Record struct {
	Name string // by which people know it: an order's number, a SKU; never a personal value

	Order *order.Order
	// Presented is what the buyer saw and paid, where that is in another currency than the order; nil where it is not, or not known.
	Presented *Presented `json:",omitempty"`
	// Shipments are what the channel says was shipped of the order, with or without tracking numbers.
	Shipments []Shipment

	Listing  *Listing
	Levels   []Level
	Customer *Customer
	Ledger   *LedgerRecord
}

// Presented is an order's money in the buyer's own currency.
type Presented struct {
	Currency commerce.Currency
	Total    commerce.Amount
	Refunded commerce.Amount
}

// Shipment is what travels of an order.
type Shipment struct {
	ExternalID string
	Carrier    string
	Service    string
	Tracking   string
	URL        string
	ShippedAt  commerce.Instant
	// Lines are what lies in it; none means all that is not in another shipment.
	Lines []ShippedLine
}

// ShippedLine is how much of one line is shipped.
type ShippedLine struct {
	LineID   string // Line.ExternalID of the order
	Quantity commerce.Decimal
}

// Listing is a variant as the channel offers it. What is not stated is zero.
type Listing struct {
	// ExternalID is how writes name it: "15" or, for a variation, "15:33". ParentID is the product's own id.
	ExternalID string
	ParentID   string
	SKU        string // the seller's code; lines of orders name the listing by it
	GTIN       string
	Title      string // as lines of orders name it: product and variation
	Status     string // active, draft or archived
	URL        string

	Price          commerce.Decimal
	CompareAtPrice commerce.Decimal
	Currency       commerce.Currency

	// Tracked tells whether the channel counts its stock; a listing that is not tracked is never pushed.
	Tracked bool

	// What it says of the product, for the catalogue.
	ProductTitle string
	Vendor       string
	Type         string
	Tags         []string
	Options      [3]Choice // option name as Value, its value as Label
	WeightGrams  commerce.Decimal
	ImageURL     string
	UpdatedAt    commerce.Instant
}

// Level is how much of a listing the channel offers at one of its locations.
type Level struct {
	ListingID string // Listing.ExternalID
	SKU       string
	Location  string // Location.ID; "" where the channel has one place without a name
	Quantity  commerce.Decimal
	Tracked   bool
}

// Customer is a person or company that the channel knows, by the field names of customers (intake.Customers): email,
// name, company, phone, line1 and so on.
type Customer struct {
	ExternalID string
	Values     map[string]string
}
