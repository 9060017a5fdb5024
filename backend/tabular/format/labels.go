package format

import (
	"cmp"
	"slices"
	"strings"

	"tradepost/backend/intake"
)

// FieldInfo tells about a field that a column can fill.
type FieldInfo struct {
	Name     string   `json:"name"`
	Label    string   `json:"label" doc:"For people."`
	Group    string   `json:"group" doc:"What it belongs to, for people: Order, Line, Buyer."`
	Type     string   `json:"type" enum:"text,id,amount,decimal,currency,instant,tags,word"`
	Key      bool     `json:"key" doc:"By it a known record is found."`
	Required bool     `json:"required" doc:"Without it the record says nothing."`
	Words    []string `json:"words" doc:"What it may be, where it is one of a few words."`
}

// FieldInfos lists what the columns of a file of a kind can fill, in the order people read it; none for an unknown kind.
func FieldInfos(kind string) []FieldInfo {
	all := []FieldInfo{}
	if kind != kindOrders {
		for _, f := range intake.Fields(intake.Kind(kind)) {
			if f.Own {
				continue
			}
			all = append(all, FieldInfo{Name: f.Name, Label: FieldLabel(kind, f.Name), Group: groupOf(kind, f.Name), Type: string(f.Type),
				Key: f.Key, Required: f.Required, Words: append([]string{}, f.Words...)})
		}
		return all
	}
	for _, name := range orderFields() {
		t := targets[name]
		all = append(all, FieldInfo{Name: name, Label: FieldLabel(kind, name), Group: groupOf(kind, name), Type: t.kind.word(),
			Key: name == "number", Required: name == "number", Words: append([]string{}, stateWords[t.sets]...)})
	}
	return all
}

// orderFieldOrder is the order in which people read the fields of an order.
var orderFieldOrder = []string{"number", "external_id", "placed", "financial", "fulfillment", "currency", "subtotal", "shipping", "tax", "discount",
	"total", "refunded", "outstanding", "duties", "paid_at", "fulfilled_at", "cancelled_at", "ship_by", "shipping_method", "payment_method",
	"discount_code", "source", "risk", "tags", "line.sku", "line.title", "line.quantity", "line.unit_price", "line.total", "line.discount",
	"line.tax", "line.shipping", "line.external_id", "line.uom", "line.fulfillment", "line.shipped", "line.to_ship"}

// orderFields lists the fields of an order that a person can map a column to: all but the states whose words a format's
// own data file explains.
func orderFields() []string {
	all := slices.Clone(orderFieldOrder)
	for _, role := range roles {
		for _, name := range contactFields {
			all = append(all, string(role)+"."+name)
		}
	}
	return all
}

var contactFields = []string{"name", "company", "email", "phone", "line1", "line2", "line3", "city", "region", "postal_code", "country", "note"}

// word is the type of a field as people and programs are told.
func (k kind) word() string {
	switch k {
	case kindID:
		return string(intake.ID)
	case kindAmount, kindPrice:
		return "amount"
	case kindQuantity, kindCount, kindDecimal:
		return string(intake.Decimal)
	case kindStamp, kindInstant:
		return string(intake.Instant)
	case kindState, kindWord:
		return string(intake.Word)
	case kindTags:
		return string(intake.Tags)
	case kindCurrency:
		return string(intake.Currency)
	}
	return string(intake.Text)
}

// fieldGroups name the parts of a record for people, by how its field names begin.
var fieldGroups = map[string]string{"line": "Line", "buyer": "Buyer", "ship_to": "Ship to", "bill_to": "Bill to", "product": "Product"}

var kindGroups = map[string]string{kindOrders: "Order", string(intake.Products): "Variant", string(intake.Customers): "Customer",
	string(intake.StockCounts): "Stock", string(intake.Tracking): "Shipment", string(intake.Prices): "Price", string(intake.Links): "Listing"}

func groupOf(kind, name string) string {
	first, _, dotted := strings.Cut(name, ".")
	if group, ok := fieldGroups[first]; ok && dotted {
		return group
	}
	return kindGroups[kind]
}

// fieldLabels are labels that are not the field's name in words.
var fieldLabels = map[string]string{"number": "Order number", "external_id": "Id", "placed": "Order date", "financial": "Payment state",
	"fulfillment": "Shipping state", "line.fulfillment": "Shipping state", "paid_at": "Paid on", "fulfilled_at": "Shipped on",
	"cancelled_at": "Cancelled on", "ship_by": "Ship by", "discount_code": "Coupon code", "line.external_id": "Line id", "line.uom": "Unit of measure",
	"line.total": "Line total", "line.shipped": "Quantity shipped", "line.to_ship": "Quantity to ship", "sku": "SKU", "line.sku": "SKU",
	"line_sku": "SKU of the line", "listing_sku": "SKU on the channel", "gtin": "GTIN (EAN, UPC)", "line1": "Address line 1", "line2": "Address line 2",
	"line3": "Address line 3", "email": "E-mail", "region": "State or region", "weight_grams": "Weight in grams", "image_url": "Picture's address",
	"on_hand": "Quantity on hand", "counted_at": "Counted on", "order_number": "Order number", "tracking": "Tracking number", "shipped_at": "Shipped on",
	"pack_multiple": "Pieces per pack", "compare_at_price": "Compare-at price", "product.handle": "Handle", "shipping": "Shipping cost",
	"source": "Place of sale", "risk": "Risk"}

// FieldLabel names a field for people.
func FieldLabel(kind, name string) string {
	if label, ok := fieldLabels[name]; ok {
		return label
	}
	_, last, dotted := strings.Cut(name, ".")
	if !dotted {
		last = name
	}
	if label, ok := fieldLabels[last]; ok && last != "external_id" && last != "total" {
		return label
	}
	last = strings.ReplaceAll(last, "_", " ")
	if rest, ok := strings.CutPrefix(name, "option"); ok && len(rest) > 1 {
		return "Option " + rest[:1] + " " + last
	}
	if last == "" {
		return kind
	}
	return strings.ToUpper(last[:1]) + last[1:]
}

// spoken names a field inside a sentence: "the buyer's city", "the quantity".
func spoken(kind, name string) string {
	first, _, dotted := strings.Cut(name, ".")
	label := lowerFirst(FieldLabel(kind, name))
	whose := map[string]string{"buyer": "buyer's ", "ship_to": "delivery address's ", "bill_to": "billing address's "}[first]
	if !dotted || whose == "" {
		return "the " + label
	}
	return "the " + whose + label
}

// longLabel names a field so that it is told apart from those of other groups: "Ship to: city".
func longLabel(kind, name string) string {
	first, _, dotted := strings.Cut(name, ".")
	label := FieldLabel(kind, name)
	if group := fieldGroups[first]; dotted && group != "" && first != "product" {
		return group + ": " + lowerFirst(label)
	}
	return label
}

func lowerFirst(text string) string {
	if len(text) > 1 && text[1] >= 'A' && text[1] <= 'Z' {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// article puts a label into a sentence: "a quantity on hand", "an SKU".
func article(label string) string {
	label = lowerFirst(cmp.Or(label, "value"))
	if strings.ContainsRune("aeio", rune(label[0])) || strings.HasPrefix(label, "SKU") {
		return "an " + label
	}
	return "a " + label
}
