package intake

import "slices"

// Kind is what a record that came in is about.
type Kind string

// The kinds of record. All but orders are taken in as a Stated.
const (
	Orders      Kind = "orders"
	Products    Kind = "products" // one record per variant, with what it says of its product
	Customers   Kind = "customers"
	StockCounts Kind = "stock_counts"
	Tracking    Kind = "tracking"
	Prices      Kind = "prices"
	Links       Kind = "listing_links"

	EDI Kind = "edi" // documents of trading partners, orders among them

	Listings      Kind = "listings"       // what a channel offers; like the next, only connections bring it
	ListingLevels Kind = "listing_levels" // how much of it, as the channel has it now
)

// OfNoChannel tells whether records of a kind are the same wherever they come from: what lies on a shelf is no channel's.
func OfNoChannel(kind Kind) bool { return kind == StockCounts }

// FieldType says how a stated value is written.
type FieldType string

// The types of a stated value. Each has one canonical spelling, so that equal values are equal texts.
const (
	Text     FieldType = "text"
	ID       FieldType = "id"       // text that is never read as a number
	Decimal  FieldType = "decimal"  // exact, a point, no trailing zeros beyond the source's
	Currency FieldType = "currency" // three letters
	Instant  FieldType = "instant"  // RFC 3339 in UTC with milliseconds
	Tags     FieldType = "tags"     // sorted, separated by a comma and a blank
	Word     FieldType = "word"     // one of the field's Words
)

// Field is one thing that a record of a kind can state.
type Field struct {
	Name     string
	Type     FieldType
	Key      bool     // by which a known record is found; the first stated key in the list's order counts
	Required bool     // without it the record says nothing
	Personal bool     // its value is kept in contacts, payloads and kept files alone
	Own      bool     // our own number of the record, which only our own exports state; nobody maps a column to it
	Words    []string // what a Word may be
}

// Stated is a record of any kind but orders, as its source states it.
type Stated struct {
	Kind   Kind
	Name   string            // by which people know it (a SKU, an order's number), never a personal value
	Values map[string]string // by field name; what the source does not state is absent
	Clear  []string          // fields that the source empties with the explicit token
	Order  int64             // tracking: the order it belongs to, where that is known without asking; else 0
}

// OwnID names our own number of a variant or a customer. It counts only where something else of the record is what the
// number's record has: a file may come from another workspace, which counts for itself.
const OwnID = "tradepost_id"

// ClearToken is the text that empties a field; a blank cell leaves it as it is.
const ClearToken = "[clear]"

// Fields lists what records of a kind can state; nil for orders and unknown kinds.
func Fields(kind Kind) []Field { return slices.Clone(fields[kind]) }

var fields = map[Kind][]Field{
	Products: slices.Concat([]Field{
		{Name: OwnID, Type: ID, Own: true}, {Name: "sku", Type: ID, Key: true}, {Name: "gtin", Type: ID, Key: true}, {Name: "title", Type: Text},
		{Name: "product.handle", Type: ID, Key: true}, {Name: "product.title", Type: Text}, {Name: "product.vendor", Type: Text},
		{Name: "product.type", Type: Text}, {Name: "product.tags", Type: Tags}, {Name: "product.description", Type: Text},
		{Name: "product.status", Type: Word, Words: []string{"active", "draft", "archived"}},
		{Name: "option1.name", Type: Text}, {Name: "option1.value", Type: Text}, {Name: "option2.name", Type: Text},
		{Name: "option2.value", Type: Text}, {Name: "option3.name", Type: Text}, {Name: "option3.value", Type: Text},
		{Name: "weight_grams", Type: Decimal}, {Name: "image_url", Type: Text}}, money()),
	Customers: {
		{Name: OwnID, Type: ID, Own: true}, {Name: "external_id", Type: ID, Key: true}, {Name: "email", Type: ID, Key: true, Personal: true},
		{Name: "phone", Type: ID, Key: true, Personal: true}, {Name: "name", Type: Text, Personal: true},
		{Name: "company", Type: Text, Personal: true}, {Name: "line1", Type: Text, Personal: true},
		{Name: "line2", Type: Text, Personal: true}, {Name: "line3", Type: Text, Personal: true},
		{Name: "city", Type: Text, Personal: true}, {Name: "region", Type: Text, Personal: true},
		{Name: "postal_code", Type: ID, Personal: true}, {Name: "country", Type: Text, Personal: true},
		{Name: "note", Type: Text, Personal: true},
	},
	StockCounts: {
		{Name: OwnID, Type: ID, Own: true}, {Name: "sku", Type: ID, Key: true}, {Name: "gtin", Type: ID, Key: true}, {Name: "location", Type: Text},
		{Name: "on_hand", Type: Decimal, Required: true}, {Name: "counted_at", Type: Instant},
	},
	Tracking: {
		{Name: "order_number", Type: ID, Key: true, Required: true}, {Name: "tracking", Type: ID, Required: true},
		{Name: "carrier", Type: Text}, {Name: "service", Type: Text}, {Name: "shipped_at", Type: Instant},
		{Name: "line_sku", Type: ID}, {Name: "quantity", Type: Decimal},
	},
	Prices: slices.Concat([]Field{{Name: "sku", Type: ID, Key: true}, {Name: "gtin", Type: ID, Key: true}}, money()),
	Links: {
		{Name: "listing_sku", Type: ID, Key: true, Required: true}, {Name: "sku", Type: ID, Required: true},
		{Name: "pack_multiple", Type: Decimal}, {Name: "title", Type: Text},
	},
	Listings: {
		{Name: "external_id", Type: ID, Key: true, Required: true}, {Name: "listing_sku", Type: ID, Key: true}, {Name: "parent_id", Type: ID},
		{Name: "gtin", Type: ID}, {Name: "title", Type: Text}, {Name: "status", Type: Word, Words: []string{"active", "draft", "archived"}}, {Name: "price", Type: Decimal},
		{Name: "currency", Type: Currency}, {Name: "url", Type: Text}, {Name: "tracked", Type: Word, Words: []string{"true", "false"}},
	},
	ListingLevels: {
		{Name: "external_id", Type: ID, Key: true, Required: true}, {Name: "listing_sku", Type: ID, Key: true}, {Name: "location", Type: ID},
		{Name: "quantity", Type: Decimal}, {Name: "tracked", Type: Word, Words: []string{"true", "false"}},
	},
}

func money() []Field {
	return []Field{{Name: "price", Type: Decimal}, {Name: "compare_at_price", Type: Decimal}, {Name: "cost", Type: Decimal},
		{Name: "currency", Type: Currency}}
}
