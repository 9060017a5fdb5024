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
