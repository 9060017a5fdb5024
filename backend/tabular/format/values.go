package format

import (
	"strings"

	"tradepost/backend/intake"
)

// FieldValue is one value that a record states, as people read it.
type FieldValue struct {
	Field string `json:"field"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// Values lists what a record states, field by field, and the lines of an order.
func (r Record) Values() (values []FieldValue, lines [][]FieldValue) {
	lines = [][]FieldValue{}
	if r.Stated.Kind != "" {
		return statedValues(r.Stated), lines
	}
	values = []FieldValue{}
	d := draft{order: r.Order}
	for i, role := range roles {
		d.parties[i], _ = r.Order.Party(role)
	}
	for _, name := range orderFields() {
		if t := targets[name]; !t.line {
			values = appendValue(values, kindOrders, name, t.shown(&d))
		}
	}
	for _, l := range r.Order.Lines {
		line := []FieldValue{}
		d.line = l
		for _, name := range orderFields() {
			if t := targets[name]; t.line {
				line = appendValue(line, kindOrders, name, t.shown(&d))
			}
		}
		lines = append(lines, line)
	}
	return values, lines
}

func statedValues(s intake.Stated) []FieldValue {
	values := []FieldValue{}
	for _, f := range intake.Fields(s.Kind) {
		values = appendValue(values, string(s.Kind), f.Name, s.Values[f.Name])
	}
	return values
}

func appendValue(values []FieldValue, kind, field, text string) []FieldValue {
	if text == "" {
		return values
	}
	return append(values, FieldValue{field, longLabel(kind, field), text})
}

// shown is a field's value as text, "" when it is not stated.
func (t *target) shown(d *draft) string {
	o := &d.order
	switch t.kind {
	case kindText, kindID:
		return *t.text(d)
	case kindAmount:
		return t.amount(d).Decimal(o.Currency.Exponent())
	case kindPrice, kindQuantity, kindCount:
		return string(*t.decimal(d))
	case kindStamp:
		return o.Placed.At.String()
	case kindInstant:
		return t.instant(d).String()
	case kindTags:
		return strings.Join(o.Tags, ", ")
	case kindCurrency:
		return string(o.Currency)
	case kindState:
		return map[string]string{"financial": string(o.Financial), "fulfillment": string(o.Fulfillment), "line.fulfillment": string(d.line.Fulfillment)}[t.sets]
	}
	return ""
}
