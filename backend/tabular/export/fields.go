package export

import (
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Type says what a field holds, and with that how it is written.
type Type string

// The types. IDs are texts that look like numbers and are none: numbers, SKUs, postal codes.
const (
	Text     Type = "text"
	ID       Type = "id"
	Money    Type = "money"
	Number   Type = "number"
	Instant  Type = "instant"
	YesOrNo  Type = "yes_no"
	listType Type = "list"
)

// numeric reports whether a spreadsheet may take a cell of this type for a number.
func (t Type) numeric() bool { return t == Money || t == Number }

// Value is one value of a record: a text, an exact number as text, or an instant. "" and 0 are not stated.
type Value struct {
	Type Type
	Text string
	At   commerce.Stamp // of an instant
}

// Stated reports whether there is anything.
func (v Value) Stated() bool { return v.Text != "" || v.At.At != 0 }

// record is what a row is made of: of its members, those of the kind are filled in.
type record struct {
	order    *order.Order
	line     *order.Line
	computed *order.Computed
	first    bool // the first row of its order
	customer *Customer
	variant  *Variant
	level    *Level
	run      *journal.Run
}

// Field is one value that a kind has, by the name that templates, filters and the API use.
type Field struct {
	Name     string `json:"name"`
	Words    string `json:"words"`
	Type     Type   `json:"type"`
	Group    string `json:"group"`
	Personal bool   `json:"personal"`
	value    func(*record) Value
	OfLines  bool `json:"of_lines"` // only rows that are lines have it
}

// Fields lists the fields of a kind, in the order they are offered.
func Fields(kind Kind) []Field { return slices.Clone(fieldTable[kind]) }

func fieldOf(kind Kind, name string) (Field, bool) {
	f, ok := fieldIndex[kind][name]
	return f, ok
}

// fieldTable is the one table of all fields.
var fieldTable = map[Kind][]Field{
	Orders:    slices.Concat(orderFields, amountFields, personFields(), lineFields),
	Lines:     slices.Concat(orderFields, amountFields, personFields(), lineFields),
	Customers: customerFields(),
	Products:  variantFields,
	Stock:     levelFields,
	Runs:      runFields,
}

var fieldIndex = indexFields()

func indexFields() map[Kind]map[string]Field {
	all := map[Kind]map[string]Field{}
	for kind, fields := range fieldTable {
		all[kind] = map[string]Field{}
		for _, f := range fields {
			all[kind][f.Name] = f
		}
	}
	return all
}

func unknownField(kind Kind, name string) error {
	return fault.New(fault.Invalid, strconv.Quote(name)+" is not a field of "+string(kind)+".", nearestField(kind, name)).InField("field")
}

// nearestField offers the fields that read like the name.
func nearestField(kind Kind, name string) string {
	var near []string
	last := name[strings.LastIndexByte(name, '.')+1:]
	for _, f := range fieldTable[kind] {
		if last != "" && (strings.Contains(f.Name, last) || strings.Contains(strings.ToLower(f.Words), strings.ToLower(last))) && len(near) < 5 {
			near = append(near, f.Name)
		}
	}
	if len(near) > 0 {
		return "Did you mean " + strings.Join(near, ", ") + "?"
	}
	return "See the fields with: tradepost templates fields " + string(kind)
}

func text(t string) Value { return Value{Type: Text, Text: t} }

func orderText[T ~string](name, words string, of func(*order.Order) T) Field {
	return Field{Name: name, Words: words, Type: Text, Group: "order", value: func(r *record) Value { return text(string(of(r.order))) }}
}

func orderID(name, words string, of func(*order.Order) string) Field {
	return Field{Name: name, Words: words, Type: ID, Group: "order", value: func(r *record) Value { return Value{Type: ID, Text: of(r.order)} }}
}

func orderAt(name, words string, of func(*order.Order) commerce.Instant) Field {
	return Field{Name: name, Words: words, Type: Instant, Group: "order", value: func(r *record) Value { return at(of(r.order)) }}
}

func at(i commerce.Instant) Value {
	return Value{Type: Instant, At: commerce.Stamp{At: i, Precision: commerce.PrecisionMillisecond}}
}

func yes(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

func count(n int64) Value { return Value{Type: Number, Text: strconv.FormatInt(n, 10)} }

var orderFields = []Field{
	orderID("id", "Tradepost order", func(o *order.Order) string { return strconv.FormatInt(o.ID, 10) }),
	orderID("number", "Order number", func(o *order.Order) string { return o.Number }),
	orderID("external_id", "Order id", func(o *order.Order) string { return o.ExternalID }),
	orderText("channel", "Channel", func(o *order.Order) string { return o.Channel }),
	{Name: "placed_at", Words: "Placed at", Type: Instant, Group: "order", value: func(r *record) Value { return Value{Type: Instant, At: r.order.Placed} }},
	orderText("placed_precision", "Placed precision", func(o *order.Order) commerce.Precision { return o.Placed.Precision }),
	orderText("placed_zone", "Placed zone", func(o *order.Order) string { return o.Placed.Zone }),
	orderText("zone_source", "Zone source", func(o *order.Order) commerce.ZoneSource { return o.Placed.ZoneSource }),
	orderText("currency", "Currency", func(o *order.Order) commerce.Currency { return o.Currency }),
	orderText("stage", "Stage", (*order.Order).Stage),
	orderText("financial_status", "Payment", func(o *order.Order) order.Financial { return o.Financial }),
	orderText("fulfillment_status", "Shipping state", func(o *order.Order) order.Fulfillment { return o.Fulfillment }),
	{Name: "held", Words: "On hold", Type: YesOrNo, Group: "order", value: func(r *record) Value { return Value{Type: YesOrNo, Text: yes(r.order.Held)} }},
	orderAt("paid_at", "Paid at", func(o *order.Order) commerce.Instant { return o.PaidAt }),
	orderAt("fulfilled_at", "Shipped at", func(o *order.Order) commerce.Instant { return o.FulfilledAt }),
	orderAt("cancelled_at", "Cancelled at", func(o *order.Order) commerce.Instant { return o.CancelledAt }),
	orderAt("ship_by", "Ship by", func(o *order.Order) commerce.Instant { return o.ShipBy }),
	orderText("shipping_method", "Shipping method", func(o *order.Order) string { return o.ShippingMethod }),
	orderText("payment_method", "Payment method", func(o *order.Order) string { return o.PaymentMethod }),
	orderText("discount_code", "Discount code", func(o *order.Order) string { return o.DiscountCode }),
	orderText("source", "Source", func(o *order.Order) string { return o.Source }),
	orderText("risk", "Risk", func(o *order.Order) string { return o.Risk }),
	{Name: "tags", Words: "Tags", Type: listType, Group: "order", value: func(r *record) Value {
		return Value{Type: listType, Text: strings.Join(r.order.Tags, ", ")}
	}},
	orderText("items", "Items", func(o *order.Order) string { return order.Items(o.Lines) }),
	{Name: "line_count", Words: "Number of lines", Type: Number, Group: "order", value: func(r *record) Value { return count(int64(len(r.order.Lines))) }},
	{Name: "pieces", Words: "Number of pieces", Type: Number, Group: "order", value: func(r *record) Value {
		return Value{Type: Number, Text: string(pieces(r.order))}
	}},
	{Name: "unlinked", Words: "Lines without a linked SKU", Type: Number, Group: "order", value: func(r *record) Value { return count(int64(r.order.Unlinked())) }},
}

func orderMoney(name, words string, of func(*record) commerce.Amount) Field {
	return Field{Name: name, Words: words, Type: Money, Group: "amounts", value: func(r *record) Value {
		return Value{Type: Money, Text: of(r).Decimal(r.order.Currency.Exponent())}
	}}
}

var amountFields = []Field{
	orderMoney("subtotal", "Subtotal", func(r *record) commerce.Amount { return r.order.Subtotal }),
	orderMoney("shipping", "Shipping", func(r *record) commerce.Amount { return r.order.Shipping }),
	orderMoney("tax", "Tax", func(r *record) commerce.Amount { return r.order.Tax }),
	orderMoney("discount", "Discount", func(r *record) commerce.Amount { return r.order.Discount }),
	orderMoney("total", "Total", func(r *record) commerce.Amount { return r.order.Total }),
	orderMoney("refunded", "Refunded", func(r *record) commerce.Amount { return r.order.Refunded }),
	orderMoney("outstanding", "Outstanding", func(r *record) commerce.Amount { return r.order.Outstanding }),
	orderMoney("known_subtotal", "Subtotal, stated or worked out", func(r *record) commerce.Amount { return r.order.Subtotal.Or(r.sums().Subtotal) }),
	orderMoney("known_shipping", "Shipping, stated or worked out", func(r *record) commerce.Amount { return r.order.Shipping.Or(r.sums().Shipping) }),
	orderMoney("known_tax", "Tax, stated or worked out", func(r *record) commerce.Amount { return r.order.Tax.Or(r.sums().Tax) }),
	orderMoney("known_discount", "Discount, stated or worked out", func(r *record) commerce.Amount { return r.order.Discount.Or(r.sums().Discount) }),
	orderMoney("known_total", "Total, stated or worked out", func(r *record) commerce.Amount { return r.order.Total.Or(r.sums().Total) }),
}

func (r *record) sums() *order.Computed {
	if r.computed == nil {
		c := r.order.Compute()
		r.computed = &c
	}
	return r.computed
}

// personWords names the fields of a contact for people.
var personWords = map[string]string{"name": "name", "company": "company", "email": "email", "phone": "phone", "line1": "address 1", "line2": "address 2",
	"line3": "address 3", "city": "city", "region": "region", "postal_code": "postal code", "country": "country", "note": "note"}

// personTypes are those that look like numbers.
var personTypes = map[string]Type{"postal_code": ID, "phone": ID, "email": ID}

func personType(name string) Type {
	if t, ok := personTypes[name]; ok {
		return t
	}
	return Text
}

// personFields are buyer.name, ship_to.city and so on, with what targets need beside: names in two parts, and a name that
// falls back on the company or the other party.
func personFields() []Field {
	var all []Field
	for _, who := range []struct {
		role  order.Role
		words string
	}{{order.Buyer, "Buyer"}, {order.ShipTo, "Ship to"}, {order.BillTo, "Bill to"}} {
		for _, f := range customer.Fields {
			all = append(all, person(who.role, f.Name, who.words+" "+personWords[f.Name], personType(f.Name), func(c *customer.Contact) string { return *f.Of(c) }))
		}
		all = append(all, person(who.role, "first_name", who.words+" first name", Text, firstName), person(who.role, "last_name", who.words+" last name", Text, lastName),
			person(who.role, "country_code", who.words+" country code", Text, countryCode))
	}
	known := Field{Name: "customer_name", Words: "Customer", Type: Text, Group: "buyer", Personal: true, value: func(r *record) Value { return text(customerName(r.order)) }}
	email := Field{Name: "customer_email", Words: "Customer email", Type: ID, Group: "buyer", Personal: true, value: func(r *record) Value {
		return Value{Type: ID, Text: firstOf(r.order, func(c customer.Contact) string { return c.Email })}
	}}
	phone := Field{Name: "customer_phone", Words: "Customer phone", Type: ID, Group: "buyer", Personal: true, value: func(r *record) Value {
		return Value{Type: ID, Text: firstOf(r.order, func(c customer.Contact) string { return c.Phone })}
	}}
	return append(all, known, email, phone)
}

func person(role order.Role, name, words string, t Type, of func(*customer.Contact) string) Field {
	return Field{Name: string(role) + "." + name, Words: words, Type: t, Group: string(role), Personal: true, value: func(r *record) Value {
		c, _ := r.order.Party(role)
		return Value{Type: t, Text: of(&c)}
	}}
}

// lastName is the last word of a name, firstName what stands before it; a single word is a last name.
func lastName(c *customer.Contact) string {
	return c.Name[strings.LastIndexByte(strings.TrimSpace(c.Name), ' ')+1:]
}

func firstName(c *customer.Contact) string {
	return strings.TrimSpace(strings.TrimSuffix(c.Name, lastName(c)))
}

// firstOf takes the first stated value of buyer, recipient and payer.
func firstOf(o *order.Order, of func(customer.Contact) string) string {
	for _, role := range []order.Role{order.Buyer, order.ShipTo, order.BillTo} {
		if c, ok := o.Party(role); ok && of(c) != "" {
			return of(c)
		}
	}
	return ""
}

func customerName(o *order.Order) string {
	if name := firstOf(o, func(c customer.Contact) string { return c.Name }); name != "" {
		return name
	}
	if name := firstOf(o, func(c customer.Contact) string { return c.Company }); name != "" {
		return name
	}
	return firstOf(o, func(c customer.Contact) string { return c.Email })
}

func lineText[T ~string](name, words string, t Type, of func(*order.Line) T) Field {
	return Field{Name: "line." + name, Words: words, Type: t, Group: "line", OfLines: true, value: func(r *record) Value {
		if r.line == nil {
			return Value{Type: t}
		}
		return Value{Type: t, Text: string(of(r.line))}
	}}
}

func lineMoney(name, words string, of func(*order.Line, commerce.Currency) commerce.Amount) Field {
	return Field{Name: "line." + name, Words: words, Type: Money, Group: "line", OfLines: true, value: func(r *record) Value {
		if r.line == nil {
			return Value{Type: Money}
		}
		return Value{Type: Money, Text: of(r.line, r.order.Currency).Decimal(r.order.Currency.Exponent())}
	}}
}

var lineFields = []Field{
	lineText("position", "Line position", Number, func(l *order.Line) string { return strconv.Itoa(l.Position) }),
	lineText("external_id", "Line id", ID, func(l *order.Line) string { return l.ExternalID }),
	lineText("sku", "Line SKU", ID, func(l *order.Line) string { return l.SKU }),
	lineText("linked_sku", "Linked SKU", ID, func(l *order.Line) string { return l.LinkedSKU }),
	lineText("known_sku", "SKU, linked or stated", ID, knownSKU),
	lineText("buyer_item_code", "Buyer's item code", ID, func(l *order.Line) string { return l.BuyerItemCode }),
	lineText("title", "Line title", Text, func(l *order.Line) string { return l.Title }),
	lineText("words", "Item", Text, itemWords),
	lineText("quantity", "Line quantity", Number, func(l *order.Line) commerce.Decimal { return l.Quantity }),
	lineText("uom", "Line unit", Text, func(l *order.Line) string { return l.UOM }),
	lineText("unit_price", "Line unit price", Number, func(l *order.Line) commerce.Decimal { return l.UnitPrice }),
	lineMoney("total", "Line total", func(l *order.Line, _ commerce.Currency) commerce.Amount { return l.Total }),
	lineMoney("known_total", "Line total, stated or worked out", (*order.Line).Amount),
	{Name: "line.known_price", Words: "Unit price, stated or worked out", Type: Number, Group: "line", OfLines: true, value: func(r *record) Value {
		if r.line == nil {
			return Value{Type: Number}
		}
		return Value{Type: Number, Text: string(unitPrice(r.line, r.order.Currency))}
	}},
	{Name: "line.net_price", Words: "Unit price that makes the line's total", Type: Number, Group: "line", OfLines: true, value: func(r *record) Value {
		if r.line == nil {
			return Value{Type: Number}
		}
		return Value{Type: Number, Text: string(netPrice(r.line, r.order.Currency))}
	}},
	lineMoney("discount", "Line discount", func(l *order.Line, _ commerce.Currency) commerce.Amount { return l.Discount }),
	lineMoney("tax", "Line tax", func(l *order.Line, _ commerce.Currency) commerce.Amount { return l.Tax }),
	lineMoney("shipping", "Line shipping", func(l *order.Line, _ commerce.Currency) commerce.Amount { return l.Shipping }),
	lineText("fulfillment_status", "Line shipping state", Text, func(l *order.Line) order.Fulfillment { return l.Fulfillment }),
}

// knownSKU is the merchant's own SKU where the line is linked, else what the channel calls it.
func knownSKU(l *order.Line) string {
	if l.LinkedSKU != "" {
		return l.LinkedSKU
	}
	return l.SKU
}

// itemWords names a line for people: its title, else its SKU.
func itemWords(l *order.Line) string {
	if l.Title != "" {
		return l.Title
	}
	return knownSKU(l)
}

func customerFields() []Field {
	all := []Field{{Name: "id", Words: "Tradepost customer", Type: ID, Group: "customer", value: func(r *record) Value {
		return Value{Type: ID, Text: strconv.FormatInt(r.customer.ID, 10)}
	}}}
	for _, f := range customer.Fields {
		t := personType(f.Name)
		words := strings.ToUpper(personWords[f.Name][:1]) + personWords[f.Name][1:]
		all = append(all, Field{Name: f.Name, Words: words, Type: t, Group: "customer", Personal: true, value: func(r *record) Value {
			return Value{Type: t, Text: *f.Of(&r.customer.Contact)}
		}})
	}
	number := func(name, words string, of func(*Customer) int64) Field {
		return Field{Name: name, Words: words, Type: Number, Group: "orders", value: func(r *record) Value { return count(of(r.customer)) }}
	}
	instant := func(name, words string, of func(*Customer) commerce.Instant) Field {
		return Field{Name: name, Words: words, Type: Instant, Group: "orders", value: func(r *record) Value { return at(of(r.customer)) }}
	}
	return append(all, number("orders", "Orders", func(c *Customer) int64 { return c.Orders }),
		instant("first_order_at", "First order", func(c *Customer) commerce.Instant { return c.First }),
		instant("last_order_at", "Last order", func(c *Customer) commerce.Instant { return c.Last }),
		instant("known_since", "Known since", func(c *Customer) commerce.Instant { return c.Since }))
}

func variantText(name, words string, t Type, of func(*Variant) string) Field {
	return Field{Name: name, Words: words, Type: t, Group: "product", value: func(r *record) Value { return Value{Type: t, Text: of(r.variant)} }}
}

var variantFields = []Field{
	variantText("id", "Tradepost variant", ID, func(v *Variant) string { return strconv.FormatInt(v.ID, 10) }),
	variantText("product_id", "Tradepost product", ID, func(v *Variant) string { return strconv.FormatInt(v.ProductID, 10) }),
	variantText("sku", "SKU", ID, func(v *Variant) string { return v.SKU }),
	variantText("gtin", "GTIN", ID, func(v *Variant) string { return v.GTIN }),
	variantText("product", "Product", Text, func(v *Variant) string { return v.Product }),
	variantText("title", "Variant", Text, func(v *Variant) string { return v.Title }),
	variantText("vendor", "Vendor", Text, func(v *Variant) string { return v.Vendor }),
	variantText("type", "Type", Text, func(v *Variant) string { return v.Type }),
	variantText("tags", "Tags", listType, func(v *Variant) string { return v.Tags }),
	variantText("description", "Description", Text, func(v *Variant) string { return v.Description }),
	variantText("status", "Status", Text, func(v *Variant) string { return v.Status }),
	variantText("option1_name", "Option 1 name", Text, func(v *Variant) string { return v.Options[0].Name }),
	variantText("option1_value", "Option 1", Text, func(v *Variant) string { return v.Options[0].Value }),
	variantText("option2_name", "Option 2 name", Text, func(v *Variant) string { return v.Options[1].Name }),
	variantText("option2_value", "Option 2", Text, func(v *Variant) string { return v.Options[1].Value }),
	variantText("option3_name", "Option 3 name", Text, func(v *Variant) string { return v.Options[2].Name }),
	variantText("option3_value", "Option 3", Text, func(v *Variant) string { return v.Options[2].Value }),
	variantText("price", "Price", Number, func(v *Variant) string { return string(v.Price) }),
	variantText("compare_at_price", "Compare-at price", Number, func(v *Variant) string { return string(v.CompareAt) }),
	variantText("cost", "Cost", Number, func(v *Variant) string { return string(v.Cost) }),
	variantText("currency", "Currency", Text, func(v *Variant) string { return string(v.Currency) }),
	variantText("weight_grams", "Weight in grams", Number, func(v *Variant) string { return string(v.WeightGrams) }),
	variantText("image_url", "Image", Text, func(v *Variant) string { return v.ImageURL }),
	{Name: "listings", Words: "Listings", Type: Number, Group: "product", value: func(r *record) Value { return count(r.variant.Listings) }},
	{Name: "created_at", Words: "Known since", Type: Instant, Group: "product", value: func(r *record) Value { return at(r.variant.CreatedAt) }},
}

func levelText(name, words string, t Type, of func(*Level) string) Field {
	return Field{Name: name, Words: words, Type: t, Group: "stock", value: func(r *record) Value { return Value{Type: t, Text: of(r.level)} }}
}

var levelFields = []Field{
	levelText("variant_id", "Tradepost variant", ID, func(l *Level) string { return strconv.FormatInt(l.VariantID, 10) }),
	levelText("sku", "SKU", ID, func(l *Level) string { return l.SKU }),
	levelText("product", "Product", Text, func(l *Level) string { return l.Product }),
	levelText("title", "Variant", Text, func(l *Level) string { return l.Title }),
	levelText("location", "Location", Text, func(l *Level) string { return l.Location }),
	levelText("on_hand", "On hand", Number, func(l *Level) string { return string(l.OnHand) }),
	levelText("start", "Counted at the start", Number, func(l *Level) string { return string(l.Start) }),
	{Name: "started_at", Words: "Tracked since", Type: Instant, Group: "stock", value: func(r *record) Value { return at(r.level.StartedAt) }},
	{Name: "moved_at", Words: "Last movement", Type: Instant, Group: "stock", value: func(r *record) Value { return at(r.level.MovedAt) }},
}

func runText(name, words string, t Type, of func(*journal.Run) string) Field {
	return Field{Name: name, Words: words, Type: t, Group: "run", value: func(r *record) Value { return Value{Type: t, Text: of(r.run)} }}
}

var runFields = []Field{
	runText("id", "Run", ID, func(r *journal.Run) string { return strconv.FormatInt(r.ID, 10) }),
	runText("kind", "Kind", Text, func(r *journal.Run) string { return r.Kind }),
	runText("state", "State", Text, func(r *journal.Run) string { return string(r.State) }),
	runText("cause", "Cause", Text, func(r *journal.Run) string { return string(r.Cause) }),
	runText("title", "What", Text, func(r *journal.Run) string { return r.Title }),
	runText("channel", "Channel", Text, func(r *journal.Run) string { return r.Channel }),
	{Name: "started_at", Words: "Started at", Type: Instant, Group: "run", value: func(r *record) Value { return at(r.run.StartedAt) }},
	{Name: "finished_at", Words: "Finished at", Type: Instant, Group: "run", value: func(r *record) Value { return at(r.run.FinishedAt) }},
	runText("done", "Done", Number, func(r *journal.Run) string { return strconv.FormatInt(r.Done, 10) }),
	runText("total", "Of", Number, func(r *journal.Run) string { return strconv.FormatInt(r.Total, 10) }),
	runText("counts", "Counts", Text, countWords),
	runText("problem", "Problem", Text, func(r *journal.Run) string {
		if r.Problem == nil {
			return ""
		}
		return r.Problem.Message
	}),
}

func countWords(r *journal.Run) string {
	var words []string
	for name, n := range r.Counts {
		if n != 0 {
			words = append(words, name+" "+strconv.Itoa(n))
		}
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}
