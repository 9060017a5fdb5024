package order

import (
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/commerce"
)

// field is one scalar value of an order by the name that changes, plans and the API use. get gives "" when not stated;
// set reads what get wrote, "" clearing it.
type field struct {
	name string
	get  func(*Order) string
	set  func(*Order, string) error
}

var fields = []field{
	textField("number", func(o *Order) *string { return &o.Number }),
	textField("external_id", func(o *Order) *string { return &o.ExternalID }),
	{"placed_at", func(o *Order) string { return stampText(o.Placed) }, setPlaced},
	{"currency", func(o *Order) string { return string(o.Currency) }, setCurrency},
	amountField("subtotal", func(o *Order) *commerce.Amount { return &o.Subtotal }),
	amountField("shipping", func(o *Order) *commerce.Amount { return &o.Shipping }),
	amountField("tax", func(o *Order) *commerce.Amount { return &o.Tax }),
	amountField("discount", func(o *Order) *commerce.Amount { return &o.Discount }),
	amountField("total", func(o *Order) *commerce.Amount { return &o.Total }),
	amountField("refunded", func(o *Order) *commerce.Amount { return &o.Refunded }),
	amountField("outstanding", func(o *Order) *commerce.Amount { return &o.Outstanding }),
	textField("financial_status", func(o *Order) *Financial { return &o.Financial }),
	textField("fulfillment_status", func(o *Order) *Fulfillment { return &o.Fulfillment }),
	textField("fulfilled_by", func(o *Order) *Fulfiller { return &o.FulfilledBy }),
	instantField("paid_at", func(o *Order) *commerce.Instant { return &o.PaidAt }),
	instantField("fulfilled_at", func(o *Order) *commerce.Instant { return &o.FulfilledAt }),
	instantField("cancelled_at", func(o *Order) *commerce.Instant { return &o.CancelledAt }),
	instantField("ship_by", func(o *Order) *commerce.Instant { return &o.ShipBy }),
	{"held", func(o *Order) string { return flag(o.Held) }, func(o *Order, v string) error { o.Held = v != ""; return nil }},
	textField("shipping_method", func(o *Order) *string { return &o.ShippingMethod }),
	textField("payment_method", func(o *Order) *string { return &o.PaymentMethod }),
	textField("discount_code", func(o *Order) *string { return &o.DiscountCode }),
	textField("source", func(o *Order) *string { return &o.Source }),
	textField("risk", func(o *Order) *string { return &o.Risk }),
	{"tags", func(o *Order) string { return strings.Join(o.Tags, ", ") }, setTags},
}

func textField[T ~string](name string, at func(*Order) *T) field {
	return field{name,
		func(o *Order) string { return string(*at(o)) },
		func(o *Order, v string) error { *at(o) = T(v); return nil }}
}

func amountField(name string, at func(*Order) *commerce.Amount) field {
	return field{name,
		func(o *Order) string { return at(o).Decimal(o.Currency.Exponent()) },
		func(o *Order, v string) (err error) { *at(o), err = parseAmount(v, o.Currency); return err }}
}

func instantField(name string, at func(*Order) *commerce.Instant) field {
	return field{name,
		func(o *Order) string { return at(o).String() },
		func(o *Order, v string) (err error) { *at(o), err = commerce.ParseInstant(v); return err }}
}

func parseAmount(text string, currency commerce.Currency) (commerce.Amount, error) {
	d, err := commerce.ParseDecimal(text)
	if err != nil {
		return commerce.Amount{}, err
	}
	return commerce.AmountOf(d, currency.Exponent())
}

func flag(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

// stampText keeps all four parts, so that undo restores them all.
func stampText(s commerce.Stamp) string {
	if s.At == 0 {
		return ""
	}
	return strings.Join([]string{s.At.String(), string(s.Precision), s.Zone, string(s.ZoneSource)}, " ")
}

func setPlaced(o *Order, text string) error {
	if text == "" {
		o.Placed = commerce.Stamp{}
		return nil
	}
	parts := append(strings.SplitN(text, " ", 4), "", "", "")
	at, err := commerce.ParseInstant(parts[0])
	if err != nil {
		return err
	}
	o.Placed = commerce.Stamp{At: at, Precision: commerce.Precision(parts[1]), Zone: parts[2],
		ZoneSource: commerce.ZoneSource(parts[3])}
	return nil
}

func setCurrency(o *Order, text string) error {
	o.Currency = commerce.Currency(text)
	return nil
}

func setTags(o *Order, text string) error {
	o.Tags = nil
	if text != "" {
		o.Tags = strings.Split(text, ", ")
	}
	return nil
}

// Get reads a scalar field by name; ok is false for a name that does not exist.
func (o *Order) Get(name string) (value string, ok bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return "", false
	}
	return fields[i].get(o), true
}

// Set writes a scalar field from what Get returned; "" clears it.
func (o *Order) Set(name, value string) error {
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return fmt.Errorf("setting order field %q: no such field", name)
	}
	if err := fields[i].set(o, value); err != nil {
		return fmt.Errorf("setting order field %s: %w", name, err)
	}
	return nil
}
