package order

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/commerce"
)

// TestSmallProductsAreTheExactOnes draws prices and quantities of every size and compares the quick product with the one
// by exact arithmetic.
func TestSmallProductsAreTheExactOnes(t *testing.T) {
	number := rapid.Custom(func(t *rapid.T) commerce.Decimal {
		text := fmt.Sprint(rapid.Int64Range(-9_999_999_999, 9_999_999_999).Draw(t, "whole"))
		if places := rapid.IntRange(0, 9).Draw(t, "places"); places > 0 {
			text += "." + fmt.Sprintf("%0*d", places, rapid.Int64Range(0, 9).Draw(t, "fraction"))
		}
		d, err := commerce.ParseDecimal(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, exponent := number.Draw(t, "price"), number.Draw(t, "quantity"), rapid.SampledFrom([]int{0, 2, 3}).Draw(t, "exponent")
		quick, ok := timesSmall(a, b, exponent)
		if exact := round(a.Times(b), exponent); ok && quick != exact {
			t.Fatalf("%s times %s to %d places is %+v, not %+v", a, b, exponent, exact, quick)
		}
	})
}

// TestComputedTotalHoldsWhatIsStatedOfTheWhole: lines of 77.00 with shipping stated for the order come to what the buyer paid.
func TestComputedTotalHoldsWhatIsStatedOfTheWhole(t *testing.T) {
	lines := func() []Line {
		return []Line{{Quantity: "2", Total: commerce.Minor(6800), Shipping: commerce.Minor(100)}, {Quantity: "1", Total: commerce.Minor(900), Discount: commerce.Minor(50)}}
	}
	for name, c := range map[string]struct {
		o    Order
		want int64
	}{
		"by lines":                   {Order{Lines: lines()}, 7750},
		"shipping of the whole":      {Order{Lines: lines(), Shipping: commerce.Minor(800)}, 8450},
		"tax and discount":           {Order{Lines: lines(), Tax: commerce.Minor(500), Discount: commerce.Minor(200)}, 8100},
		"a discount below zero":      {Order{Lines: lines(), Discount: commerce.Minor(-200)}, 7600},
		"free shipping of the whole": {Order{Lines: lines(), Shipping: commerce.Minor(0)}, 7650},
	} {
		c.o.Currency = "CAD"
		if got := c.o.Compute().Total; !got.Stated || got.Minor != c.want {
			t.Errorf("%s: %+v, want %d", name, got, c.want)
		}
	}
}
