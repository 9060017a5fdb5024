// Package inventory holds stock as a ledger: what is on hand of a variant at a location is the sum of its movements. A
// variant is not tracked at a location until its stock start there; movements are never changed, only compensated.
package inventory

import (
	"fmt"

	"tradepost/backend/commerce"
)

// Quantity counts millionths of a unit, so that sums stay exact.
type Quantity int64

// places is how many decimals a Quantity keeps.
const places = 6

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

// Cause says what kind of movement an entry of the ledger is.
type Cause string

// The kinds of movement so far. Sales, receipts and transfers will stand beside them.
const (
	Start      Cause = "start" // tracking begins with what was counted
	Correction Cause = "count" // a count that differs from the level
	Undo       Cause = "undo"  // takes an earlier movement back
)

// Movement is one entry of the ledger.
type Movement struct {
	VariantID  int64
	LocationID int64
	Kind       Cause
	Quantity   Quantity
	RunID      int64            // the run that caused it
	OccurredAt commerce.Instant // when it was counted; 0 is when it is written
}

// Level is what is on hand of a variant at a location where it is tracked. Nothing is reserved or on its way yet:
// available is on hand.
type Level struct {
	ID         int64
	VariantID  int64
	SKU        string
	Title      string
	LocationID int64
	Location   string
	OnHand     Quantity
}

// Stock is a variant with its levels, none where it is not tracked, and the listings that sell it.
type Stock struct {
	VariantID int64
	SKU       string
	Title     string
	Levels    []Level
	Listings  []Listed
	// Sold is what all channels sold since the last count. It is no movement of the ledger yet, and must not be offered again.
	Sold Quantity
}

// Listed is a listing that sells a variant, Pack of it at once.
type Listed struct {
	Channel string
	Listing string
	Pack    commerce.Decimal
}

// OnHand is what is on hand of a variant over all locations.
func (s Stock) OnHand() (sum Quantity) {
	for _, l := range s.Levels {
		sum += l.OnHand
	}
	return sum
}

// Available is what can be sold of a variant over all locations; below zero when more was sold than there was.
func (s Stock) Available() Quantity { return s.OnHand() - s.Sold }

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

// Correct gives the movement that brings a level to what was counted.
func Correct(level, counted Quantity) Quantity { return counted - level }

// Back gives what a level is when a correction from before to after is taken back, whatever else has moved since.
func Back(level, before, after Quantity) Quantity { return level - (after - before) }
