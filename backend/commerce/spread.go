package commerce

import (
	"math/big"
	"slices"
)

// Spread divides total by weights into whole numbers that add up to it: each its share rounded down, and one more to those that lost most by
// that, earlier ones first. Weights are zero or more, and some is above zero unless there are none.
func Spread(total int64, weights []*big.Rat) []int64 {
	sum := new(big.Rat)
	for _, w := range weights {
		sum.Add(sum, w)
	}
	parts, lost := make([]int64, len(weights)), make([]*big.Rat, len(weights))
	if sum.Sign() == 0 {
		return parts
	}
	left := total
	for i, w := range weights {
		exact := new(big.Rat).Mul(big.NewRat(total, 1), new(big.Rat).Quo(w, sum))
		parts[i] = new(big.Int).Div(exact.Num(), exact.Denom()).Int64()
		lost[i] = exact.Sub(exact, big.NewRat(parts[i], 1))
		left -= parts[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return lost[b].Cmp(lost[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}

// MinorOf is an exact amount in whole minor units of a currency with so many decimals, halves rounded up; ok is false where it does not fit.
func MinorOf(amount *big.Rat, exponent int) (n int64, ok bool) {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
	exact := new(big.Rat).Mul(amount, new(big.Rat).SetInt(scale))
	twice := new(big.Int).Mul(exact.Num(), big.NewInt(2))
	rounded := twice.Add(twice, exact.Denom()).Div(twice, new(big.Int).Mul(exact.Denom(), big.NewInt(2)))
	return rounded.Int64(), rounded.IsInt64()
}
