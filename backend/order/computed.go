package order

import (
	"math/big"

	"tradepost/backend/commerce"
)

// Computed holds sums over the line amounts that a source stated. They are shown, marked as computed, where the source
// states no amount of its own; they are never stored as if it had. Total is what the lines come to with the shipping, tax and
// discount that are stated for the order as a whole, or else by its lines.
type Computed struct {
	Subtotal commerce.Amount
	Shipping commerce.Amount
	Tax      commerce.Amount
	Discount commerce.Amount
	Total    commerce.Amount
}

// Compute adds up the lines. A sum is stated only when every line states (or allows to work out) its part, or, for
// shipping, tax and discount, when any line states it. Total needs a subtotal.
func (o *Order) Compute() Computed {
	var c Computed
	complete := len(o.Lines) > 0
	for i := range o.Lines {
		line := o.Lines[i].Amount(o.Currency)
		complete = complete && line.Stated
		c.Subtotal = sum(c.Subtotal, line)
		c.Shipping = sum(c.Shipping, o.Lines[i].Shipping)
		c.Tax = sum(c.Tax, o.Lines[i].Tax)
		c.Discount = sum(c.Discount, o.Lines[i].Discount)
	}
	if !complete {
		c.Subtotal = commerce.Amount{}
		return c
	}
	c.Total = sum(sum(c.Subtotal, o.Shipping.Or(c.Shipping)), o.Tax.Or(c.Tax))
	discount := o.Discount.Or(c.Discount).Minor
	c.Total.Minor -= max(discount, -discount) // some state it below zero
	return c
}

func sum(a, b commerce.Amount) commerce.Amount {
	total, ok := a.Plus(b)
	if !ok {
		return commerce.Amount{}
	}
	return total
}

// Amount is the line's stated total, or quantity times unit price rounded half away from zero to the minor unit.
func (l *Line) Amount(currency commerce.Currency) commerce.Amount {
	if l.Total.Stated || l.UnitPrice == "" || l.Quantity == "" {
		return l.Total
	}
	if amount, ok := timesSmall(l.UnitPrice, l.Quantity, currency.Exponent()); ok {
		return amount
	}
	return round(l.UnitPrice.Times(l.Quantity), currency.Exponent())
}

// timesSmall multiplies and rounds numbers of up to nine digits in machine words: nearly all are, and each line of each
// order is computed. False for others.
func timesSmall(a, b commerce.Decimal, exponent int) (commerce.Amount, bool) {
	x, xPlaces, xOK := unscaledSmall(a)
	y, yPlaces, yOK := unscaledSmall(b)
	if !xOK || !yOK {
		return commerce.Amount{}, false
	}
	n, places := x*y, xPlaces+yPlaces
	for ; places < exponent; places++ {
		if n > 1e17 || n < -1e17 {
			return commerce.Amount{}, false
		}
		n *= 10
	}
	if places > exponent {
		unit := int64(1)
		for range places - exponent {
			unit *= 10 // at most 18 places
		}
		half := unit / 2
		if n < 0 {
			half = -half
		}
		n = (n + half) / unit
	}
	return commerce.Minor(n), true
}

// unscaledSmall reads a number of up to nine digits without its point.
func unscaledSmall(d commerce.Decimal) (n int64, places int, ok bool) {
	digits, point := 0, false
	for i := range len(d) {
		switch c := d[i]; {
		case c >= '0' && c <= '9':
			n, digits = n*10+int64(c-'0'), digits+1
			if point {
				places++
			}
		case c == '.' && !point:
			point = true
		case c == '-' && i == 0:
		default:
			return 0, 0, false
		}
	}
	if digits == 0 || digits > 9 {
		return 0, 0, false
	}
	if d[0] == '-' {
		n = -n
	}
	return n, places, true
}

func round(d commerce.Decimal, exponent int) commerce.Amount {
	value, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return commerce.Amount{}
	}
	scaled, err := commerce.ParseDecimal(value.FloatString(exponent))
	if err != nil {
		return commerce.Amount{}
	}
	amount, _ := commerce.AmountOf(scaled, exponent)
	return amount
}
