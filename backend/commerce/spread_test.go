package commerce_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/commerce"
)

func weights(all ...int64) []*big.Rat {
	rats := make([]*big.Rat, len(all))
	for i, w := range all {
		rats[i] = big.NewRat(w, 1)
	}
	return rats
}

func TestSpreadGivesTheRestToThoseThatLostMost(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{10, []int64{1, 2, 4}, []int64{1, 3, 6}},
		{1, []int64{1, 1}, []int64{1, 0}},
		{7, []int64{0, 5, 0}, []int64{0, 7, 0}},
		{0, []int64{3, 4}, []int64{0, 0}},
		{5, nil, []int64{}},
	} {
		if got := commerce.Spread(c.total, weights(c.weights...)); !slices.Equal(got, c.want) {
			t.Errorf("%d over %v is %v instead of %v", c.total, c.weights, got, c.want)
		}
	}
}

func TestSpreadAddsUpAndIsFair(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		total := rapid.Int64Range(0, 1_000_000_000_000).Draw(r, "total")
		all := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000_000), 1, 12).Draw(r, "weights")
		all[0]++
		var sum, of int64
		parts := commerce.Spread(total, weights(all...))
		for i := range all {
			sum, of = sum+parts[i], of+all[i]
		}
		if sum != total {
			r.Fatalf("%v adds up to %d instead of %d", parts, sum, total)
		}
		for i, w := range all {
			off := new(big.Rat).Sub(big.NewRat(parts[i], 1), new(big.Rat).Mul(big.NewRat(total, 1), big.NewRat(w, of)))
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				r.Fatalf("part %d is off by %s", i, off.FloatString(3))
			}
		}
	})
}
