package export

import (
	"math/big"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// rational reads an exact number; nil when there is none.
func rational(d commerce.Decimal) *big.Rat {
	if d == "" {
		return nil
	}
	r, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return nil
	}
	return r
}

// pieces adds up the quantities of an order.
func pieces(o *order.Order) commerce.Decimal {
	sum := new(big.Rat)
	for i := range o.Lines {
		if n := rational(o.Lines[i].Quantity); n != nil && !o.Lines[i].Charge {
			sum.Add(sum, n)
		}
	}
	return commerce.Decimal(sum.FloatString(6)).Padded(0)
}

// unitPrice is the stated price of one piece, else the line's total divided by its quantity, to four more places than the
// currency has when it does not come out even.
func unitPrice(l *order.Line, currency commerce.Currency) commerce.Decimal {
	if l.UnitPrice != "" {
		return l.UnitPrice
	}
	return netPrice(l, currency)
}

// netPrice is the line's stated total divided by its quantity, so that the two together make that total; without a total
// it is the stated price.
func netPrice(l *order.Line, currency commerce.Currency) commerce.Decimal {
	if !l.Total.Stated {
		return l.UnitPrice
	}
	quantity, total := rational(l.Quantity), rational(commerce.Decimal(l.Total.Decimal(currency.Exponent())))
	if quantity == nil || total == nil || quantity.Sign() == 0 {
		return l.UnitPrice
	}
	return commerce.Decimal(total.Quo(total, quantity).FloatString(currency.Exponent() + 4)).Padded(currency.Exponent())
}

// decimalComma writes an exact number with a comma.
func decimalComma(number string) string { return strings.Replace(number, ".", ",", 1) }
