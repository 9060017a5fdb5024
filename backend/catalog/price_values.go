package catalog

import "tradepost/backend/commerce"

// PriceFields are the values of a price rule, in the order in which people read them.
var PriceFields = []string{"percent", "rounding", "direction", "margin"}

// PriceFieldWords say of what a field is, for people.
var PriceFieldWords = map[string]string{"percent": "the percentage", "rounding": "what is rounded to", "direction": "how it is rounded", "margin": "the floor"}

// Values is what a rule says as text, by field.
func (r PriceRule) Values() map[string]string {
	return map[string]string{"percent": string(r.Percent), "rounding": string(r.Rounding), "direction": string(r.Direction), "margin": string(r.Margin)}
}

// With is the rule as text says it, field by field; what the text does not have stays.
func (r PriceRule) With(values map[string]string) PriceRule {
	for field, value := range values {
		switch field {
		case "percent":
			r.Percent = commerce.Decimal(value)
		case "rounding":
			r.Rounding = Rounding(value)
		case "direction":
			r.Direction = Direction(value)
		case "margin":
			r.Margin = commerce.Decimal(value)
		}
	}
	return r
}
