package inventory

import "tradepost/backend/commerce"

// Cost is what a unit of goods cost: its price and its share of what bringing it here cost (freight, duty), exact decimals in
// one currency. The zero Cost is not stated.
type Cost struct {
	Unit     commerce.Decimal
	Landed   commerce.Decimal
	Currency commerce.Currency
}
