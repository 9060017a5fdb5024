package inventory

import (
	"math/big"

	"tradepost/backend/commerce"
)

// Valuation is what stock cost, in minor units of one currency.
type Valuation struct {
	At       commerce.Instant // 0 is now
	Currency commerce.Currency
	Method   Method
	Rows     []Valued
	Road     Worth // on its way between locations
}

// Valued is what a variant's goods at a location cost.
type Valued struct {
	VariantID  int64
	SKU        string
	Title      string
	LocationID int64
	Location   string
	Worth      Worth
	Short      Quantity // left and never known to have been there
	Layers     []Opened
}

// Opened is a layer with what opened it.
type Opened struct {
	Layer
	Kind       Kind
	PurchaseID int64
	Number     string // the purchase order's
	Supplier   string
}

// Add takes in what was worked out of variants (nil: all).
func (v *Valuation) Add(c *Costing, of func(variantID int64) bool) {
	for _, s := range c.Shelves() {
		if of != nil && !of(s.VariantID) {
			continue
		}
		row := Valued{VariantID: s.VariantID, LocationID: s.LocationID, Worth: s.Worth(), Short: s.Short}
		if of != nil {
			for _, l := range s.Layers {
				row.Layers = append(row.Layers, Opened{Layer: *l})
			}
		}
		v.Rows = append(v.Rows, row)
	}
	for _, s := range c.Road() {
		if of == nil || of(s.VariantID) {
			v.Road = v.Road.Plus(s.Worth())
		}
	}
}

// Total is all of it.
func (v Valuation) Total() Worth {
	sum := v.Road
	for _, r := range v.Rows {
		sum = sum.Plus(r.Worth)
	}
	return sum
}

// ByLocation adds the rows up by location, in the order in which they come first.
func (v Valuation) ByLocation() (all []Valued) {
	place := map[int64]int{}
	for _, r := range v.Rows {
		i, known := place[r.LocationID]
		if !known {
			i = len(all)
			place[r.LocationID] = i
			all = append(all, Valued{LocationID: r.LocationID, Location: r.Location})
		}
		all[i].Worth = all[i].Worth.Plus(r.Worth)
	}
	return all
}

// SoldCosts is what the goods cost that left with the lines of an order, less what came back, by line.
type SoldCosts struct {
	Currency commerce.Currency
	Lines    []LineCost
}

// LineCost is that of one line.
type LineCost struct {
	LineID int64
	Worth  Worth
}

// ValueOf is what so many cost at so much each, to the nearest minor unit of a currency with so many decimals; known is false where that is not
// stated, or below zero.
func ValueOf(q Quantity, each commerce.Decimal, exponent int) (value int64, known bool) {
	price, ok := new(big.Rat).SetString(string(each))
	if !ok || price.Sign() < 0 {
		return 0, false
	}
	return commerce.MinorOf(price.Mul(price, big.NewRat(int64(q), int64(One))), exponent)
}
