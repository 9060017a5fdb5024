// Package inventory holds stock as a ledger: what is on hand, reserved and on its way of a variant at a location are sums of
// its entries, which are never changed, only compensated. A variant is not tracked at a location until its stock start
// there. The package has the rules: what an order line takes and reserves, who gets goods that are short, what kits consist
// of, and why a number is what it is. Where all this is kept is the store's business.
package inventory

import (
	"fmt"
	"math"
	"math/bits"

	"tradepost/backend/commerce"
)

// Quantity counts millionths of a unit, so that sums stay exact.
type Quantity int64

// places is how many decimals a Quantity keeps, and One is one unit.
const (
	places          = 6
	One    Quantity = 1_000_000
)

// Parse reads an exact decimal; it refuses what is finer than a millionth or too large.
func Parse(d commerce.Decimal) (Quantity, error) {
	a, err := commerce.AmountOf(d, places)
	if err != nil {
		return 0, fmt.Errorf("reading quantity: %w", err)
	}
	return Quantity(a.Minor), nil
}

// Decimal writes q without needless zeros: "7", "0.5".
func (q Quantity) Decimal() commerce.Decimal {
	return commerce.Decimal(commerce.Minor(int64(q)).Decimal(places)).Padded(0)
}

// Times is q units of each, rounded up to a millionth: rather a trifle too much reserved than sold twice. What is too large
// for a Quantity is the largest.
func (q Quantity) Times(each Quantity) Quantity {
	if q < 0 {
		return -(-q).Times(each)
	}
	high, low := bits.Mul64(uint64(q), uint64(max(each, 0)))
	low, carry := bits.Add64(low, uint64(One-1), 0)
	if high += carry; high >= uint64(One) {
		return math.MaxInt64
	}
	whole, _ := bits.Div64(high, low, uint64(One))
	return Quantity(min(whole, math.MaxInt64))
}

// Whole is how many packs can be made of q: at least none, rounded down.
func (q Quantity) Whole(pack commerce.Decimal) int64 {
	size, err := Parse(pack)
	if err != nil || size <= 0 || q <= 0 {
		return 0
	}
	return int64(q / size)
}

// DefaultLocation is the name of the location that is made when stock is counted and there is none.
const DefaultLocation = "Main"

// Own is the pool of our own locations; any other is the channel that keeps stock of ours and ships it itself.
const Own int64 = 0

// Correct gives the movement that brings a level to what was counted.
func Correct(level, counted Quantity) Quantity { return counted - level }
