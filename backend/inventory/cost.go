package inventory

import (
	"math/bits"

	"tradepost/backend/commerce"
)

// Method is the rule by which goods that leave have a cost.
type Method string

// The methods: what came first leaves first, or all that lies there costs the same.
const (
	FIFO    Method = "fifo"
	Average Method = "average"
)

// The settings that say in which currency stock is valued, and by which method.
const (
	CurrencySetting = "stock_currency"
	MethodSetting   = "cost_method"
)

// Worth is goods and what they cost, in minor units of the one currency in which stock is valued. Unknown is how many of them nobody knows the cost
// of: Value is that of the others.
type Worth struct {
	Quantity Quantity
	Value    int64
	Unknown  Quantity
}

// Plus is both together.
func (w Worth) Plus(o Worth) Worth {
	return Worth{w.Quantity + o.Quantity, w.Value + o.Value, w.Unknown + o.Unknown}
}

// Minus is w without o.
func (w Worth) Minus(o Worth) Worth {
	return Worth{w.Quantity - o.Quantity, w.Value - o.Value, w.Unknown - o.Unknown}
}

// Of is what so much of w costs, its share rounded to the nearest minor unit.
func (w Worth) Of(q Quantity) int64 {
	if w.Quantity <= 0 {
		return 0
	}
	return portion(2*w.Value, q, w.Quantity, int64(w.Quantity)) / 2
}

// take takes so much of w out of it, with its share rounded down. The last of it takes what is left, so that nothing is lost.
func (w *Worth) take(q Quantity) Worth {
	if q >= w.Quantity {
		all := *w
		*w = Worth{}
		return all
	}
	part := Worth{q, portion(w.Value, q, w.Quantity, 0), Quantity(portion(int64(w.Unknown), q, w.Quantity, 0))}
	*w = w.Minus(part)
	return part
}

// portion is (v*q + plus) / of, rounded down, of numbers that are not below zero.
func portion(v int64, q, of Quantity, plus int64) int64 {
	high, low := bits.Mul64(uint64(max(v, 0)), uint64(max(q, 0)))
	low, carry := bits.Add64(low, uint64(plus), 0)      //nolint:gosec // none is below zero
	whole, _ := bits.Div64(high+carry, low, uint64(of)) //nolint:gosec // of is above zero
	return int64(whole)                                 //nolint:gosec // at most v
}

// Costed is an entry of the ledger, with what all of its goods cost where that was stated: of what was bought.
type Costed struct {
	Entry
	Cost commerce.Amount
}

// Layer is goods that came in at once, and what is left of them. Under Average there is one at each location, of all that lies there.
type Layer struct {
	EntryID int64 // that opened it
	At      commerce.Instant
	Came    Worth
	Left    Worth
	cause   Cause
	count   int64
}

// Shelf is what lies of a variant at a location and what it cost. Short is what left and was never known to have been there: what comes next
// makes up for it. There are no layers while anything is short.
type Shelf struct {
	VariantID  int64
	LocationID int64
	Layers     []*Layer
	Short      Quantity
	debts      []debt
}

// Worth is what lies there.
func (s *Shelf) Worth() (sum Worth) {
	for _, l := range s.Layers {
		sum = sum.Plus(l.Left)
	}
	return sum
}

// debt is goods that left before they were known to be there.
type debt struct {
	entryID  int64
	quantity Quantity
}
