package vendure

import (
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

// money turns the vendor's integers into amounts. Their places are those of the shop's money strategy, whatever the currency
// (https://docs.vendure.io/current/core/core-concepts/money).
type money struct {
	places   int
	currency commerce.Currency
}

// moneyOf reads how finely a shop keeps money; 2 places unless Check found others.
func moneyOf(account channel.Account, currency commerce.Currency) money {
	places, err := strconv.Atoi(account.Facts[precisionFact])
	if err != nil || places < 0 || places > 10 {
		places = 2
	}
	return money{places: places, currency: currency}
}

// decimal is exact.
func (m money) decimal(minor int64) commerce.Decimal {
	return commerce.Decimal(commerce.Minor(minor).Decimal(m.places)).Padded(m.currency.Exponent())
}

// amount is in the currency's minor unit. What the shop keeps more finely is rounded half away from zero, as its own payment plug-ins do.
func (m money) amount(minor int64) commerce.Amount {
	for range m.currency.Exponent() - m.places {
		minor *= 10
	}
	unit := int64(1)
	for range m.places - m.currency.Exponent() {
		unit *= 10
	}
	half := unit / 2
	if minor < 0 {
		half = -half
	}
	return commerce.Minor((minor + half) / unit)
}

// minor is the vendor's integer for a decimal; ok is false for one that is finer than the shop keeps money.
func (m money) minor(d commerce.Decimal) (int64, bool) {
	amount, err := commerce.AmountOf(d, m.places)
	return amount.Minor, err == nil && amount.Stated
}
