package purchasing

import (
	"math/big"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

// Basis says by what a charge is shared over the lines of a receipt.
type Basis string

// The bases.
const (
	ByValue    Basis = "value"
	ByQuantity Basis = "quantity"
	ByWeight   Basis = "weight"
)

// Charge is what bringing goods here cost beside them: freight, duty. Amount is in minor units of the currency in which stock is valued.
type Charge struct {
	ID     int64
	Name   string
	Amount int64
	Basis  Basis
}

// Check refuses what cannot be shared.
func (c Charge) Check() error {
	if c.Amount < 0 || c.Basis != ByValue && c.Basis != ByQuantity && c.Basis != ByWeight {
		return fault.New(fault.Invalid, "A charge is an amount of zero or more, shared by value, quantity or weight.", "Correct the charge.").InField("charges")
	}
	return nil
}

// Weighed is a line of a receipt as charges are shared over it.
type Weighed struct {
	Quantity inventory.Quantity
	Goods    commerce.Amount  // what it cost by itself
	Weight   commerce.Decimal // of one unit in grams; "" is not known
}

// Share shares charges over lines, exact to the minor unit: what all lines get is what all charges are. Where the lines say nothing of what a charge is
// shared by (no prices, no weights), it is shared by quantity.
func Share(charges []Charge, lines []Weighed) []int64 {
	shares := make([]int64, len(lines))
	for _, c := range charges {
		weights := weightsOf(c.Basis, lines)
		if !slices.ContainsFunc(weights, func(w *big.Rat) bool { return w.Sign() > 0 }) {
			weights = weightsOf(ByQuantity, lines)
		}
		for i, part := range commerce.Spread(c.Amount, weights) {
			shares[i] += part
		}
	}
	return shares
}

func weightsOf(basis Basis, lines []Weighed) []*big.Rat {
	all := make([]*big.Rat, len(lines))
	for i, l := range lines {
		all[i] = big.NewRat(int64(l.Quantity), 1)
		switch basis {
		case ByValue:
			all[i] = big.NewRat(l.Goods.Minor, 1)
		case ByWeight:
			each, ok := new(big.Rat).SetString(string(l.Weight))
			if !ok {
				each = new(big.Rat)
			}
			all[i].Mul(all[i], each)
		}
	}
	return all
}
