package order

import (
	"fmt"
	"slices"

	"tradepost/backend/commerce"
)

// lineField is one value of a line by name; see field.
type lineField struct {
	name string
	get  func(*Line, commerce.Currency) string
	set  func(*Line, commerce.Currency, string) error
}

var lineFields = []lineField{
	lineText("external_id", func(l *Line) *string { return &l.ExternalID }),
	lineText("sku", func(l *Line) *string { return &l.SKU }),
	lineText("buyer_item_code", func(l *Line) *string { return &l.BuyerItemCode }),
	lineText("title", func(l *Line) *string { return &l.Title }),
	lineNumber("quantity", func(l *Line) *commerce.Decimal { return &l.Quantity }),
	lineText("uom", func(l *Line) *string { return &l.UOM }),
	lineNumber("unit_price", func(l *Line) *commerce.Decimal { return &l.UnitPrice }),
	lineAmount("total", func(l *Line) *commerce.Amount { return &l.Total }),
	lineAmount("discount", func(l *Line) *commerce.Amount { return &l.Discount }),
	lineAmount("tax", func(l *Line) *commerce.Amount { return &l.Tax }),
	lineAmount("shipping", func(l *Line) *commerce.Amount { return &l.Shipping }),
	lineText("fulfillment_status", func(l *Line) *Fulfillment { return &l.Fulfillment }),
	{"charge", chargeText, setCharge},
}

func chargeText(l *Line, _ commerce.Currency) string {
	if l.Charge {
		return "yes"
	}
	return ""
}

func setCharge(l *Line, _ commerce.Currency, v string) error {
	l.Charge = v == "yes"
	return nil
}

func lineText[T ~string](name string, at func(*Line) *T) lineField {
	return lineField{name,
		func(l *Line, _ commerce.Currency) string { return string(*at(l)) },
		func(l *Line, _ commerce.Currency, v string) error { *at(l) = T(v); return nil }}
}

func lineNumber(name string, at func(*Line) *commerce.Decimal) lineField {
	return lineField{name,
		func(l *Line, _ commerce.Currency) string { return string(*at(l)) },
		func(l *Line, _ commerce.Currency, v string) (err error) {
			*at(l), err = commerce.ParseDecimal(v)
			return err
		}}
}

func lineAmount(name string, at func(*Line) *commerce.Amount) lineField {
	return lineField{name,
		func(l *Line, c commerce.Currency) string { return at(l).Decimal(c.Exponent()) },
		func(l *Line, c commerce.Currency, v string) (err error) { *at(l), err = parseAmount(v, c); return err }}
}

// SetLine writes a field of the line with the given id from its text form; "" clears it.
func (o *Order) SetLine(id int64, name, value string) error {
	i := slices.IndexFunc(o.Lines, func(l Line) bool { return l.ID == id })
	f := slices.IndexFunc(lineFields, func(f lineField) bool { return f.name == name })
	if i < 0 || f < 0 {
		return fmt.Errorf("setting field %q of line %d: not there", name, id)
	}
	return lineFields[f].set(&o.Lines[i], o.Currency, value)
}

// GetLine reads a field of the line with the given id; ok is false when line or field is not there.
func (o *Order) GetLine(id int64, name string) (value string, ok bool) {
	i := slices.IndexFunc(o.Lines, func(l Line) bool { return l.ID == id })
	f := slices.IndexFunc(lineFields, func(f lineField) bool { return f.name == name })
	if i < 0 || f < 0 {
		return "", false
	}
	return lineFields[f].get(&o.Lines[i], o.Currency), true
}

// matchLines pairs incoming lines with known ones: by the channel's line id, then by what is sold, ever more loosely. A
// file without line ids that states one line again therefore never doubles it, even when its price was corrected. It
// returns for each incoming line the index of the known one, or -1.
func matchLines(known, incoming []Line) []int {
	pairs := make([]int, len(incoming))
	used := make([]bool, len(known))
	for i := range pairs {
		pairs[i] = -1
	}
	for _, alike := range likenesses {
		for i := range incoming {
			for k := 0; k < len(known) && pairs[i] < 0; k++ {
				if !used[k] && !differentIDs(known[k], incoming[i]) && alike(known[k], incoming[i]) {
					pairs[i], used[k] = k, true
				}
			}
		}
	}
	return pairs
}

func differentIDs(a, b Line) bool {
	return a.ExternalID != "" && b.ExternalID != "" && a.ExternalID != b.ExternalID
}

// likenesses go from certain to loose; each line is paired at the first that fits.
var likenesses = []func(known, incoming Line) bool{
	func(k, in Line) bool { return k.ExternalID != "" && k.ExternalID == in.ExternalID },
	func(k, in Line) bool {
		return k.SKU == in.SKU && k.Title == in.Title && k.UnitPrice.Equal(in.UnitPrice) && k.Quantity.Equal(in.Quantity)
	},
	func(k, in Line) bool {
		return k.SKU == in.SKU && k.Title == in.Title && k.UnitPrice.Equal(in.UnitPrice)
	},
	func(k, in Line) bool { return k.SKU == in.SKU && k.Title == in.Title },
	func(k, in Line) bool { return k.SKU != "" && k.SKU == in.SKU },
	func(k, in Line) bool { return (k.SKU == "" || in.SKU == "") && k.Title != "" && k.Title == in.Title },
}

// Items sums lines up for a list: "Mug blue ×2, +1".
func Items(lines []Line) string {
	if goods := (&Order{Lines: lines}).Goods(); len(goods) > 0 {
		lines = goods
	}
	if len(lines) == 0 {
		return ""
	}
	first := lines[0].Title
	if first == "" {
		first = lines[0].SKU
	}
	if n := lines[0].Quantity.Padded(0); n != "1" && n != "" {
		first += " ×" + string(n)
	}
	if len(lines) > 1 {
		first += fmt.Sprintf(", +%d", len(lines)-1)
	}
	return first
}
