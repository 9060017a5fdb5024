package shopify

import (
	"math/big"

	"tradepost/backend/commerce"
)

// bag is an amount as the shop and as the buyer saw it.
type bag struct {
	Shop        cash `json:"shopMoney"`
	Presentment cash `json:"presentmentMoney"`
}

type cash struct {
	Amount   commerce.Decimal  `json:"amount"`
	Currency commerce.Currency `json:"currencyCode"`
}

// amount is the shop's side in minor units. Not stated where there is none, or where it is no number.
func (b *bag) amount(c commerce.Currency) commerce.Amount {
	if b == nil {
		return commerce.Amount{}
	}
	return minor(b.Shop.Amount, c)
}

// presented is the buyer's side in minor units, in their currency.
func (b *bag) presented() (commerce.Amount, commerce.Currency) {
	if b == nil {
		return commerce.Amount{}, ""
	}
	return minor(b.Presentment.Amount, b.Presentment.Currency), b.Presentment.Currency
}

// minor rounds what is finer than the currency's minor unit half away from zero, as shares of discounts and taxes are.
func minor(d commerce.Decimal, c commerce.Currency) commerce.Amount {
	d, err := commerce.ParseDecimal(string(d))
	if err != nil || d == "" {
		return commerce.Amount{}
	}
	if exact, err := commerce.AmountOf(d, c.Exponent()); err == nil {
		return exact
	}
	value, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return commerce.Amount{}
	}
	rounded, err := commerce.AmountOf(commerce.Decimal(value.FloatString(c.Exponent())), c.Exponent())
	if err != nil {
		return commerce.Amount{}
	}
	return rounded
}

// share is a part of an amount: n of all pieces, rounded half away from zero.
func share(a commerce.Amount, n, all int64) commerce.Amount {
	if !a.Stated || all <= 0 || n == all {
		return a
	}
	part := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a.Minor), big.NewInt(n)), big.NewInt(all))
	rounded, err := commerce.AmountOf(commerce.Decimal(part.FloatString(0)), 0)
	if err != nil {
		return commerce.Amount{}
	}
	return rounded
}

// plus sums amounts; what is not stated adds nothing.
func plus(a, b commerce.Amount) commerce.Amount {
	sum, ok := a.Plus(b)
	if !ok {
		return commerce.Amount{}
	}
	return sum
}
