package inventory

import "tradepost/backend/commerce"

// StocktakeState is where a stocktake stands.
type StocktakeState string

// The states: being counted, being written, closed, put away.
const (
	StocktakeOpen      StocktakeState = "open"
	StocktakeClosing   StocktakeState = "closing"
	StocktakeClosed    StocktakeState = "closed"
	StocktakeDiscarded StocktakeState = "discarded"
)

// Missing says what becomes of what is on the sheet and nobody counted.
type Missing string

// It stays as it is, or counts as none.
const (
	LeaveMissing Missing = "leave"
	ZeroMissing  Missing = "zero"
)

// Stocktake is the counting of a location, or of a part of what lies there.
type Stocktake struct {
	ID           int64
	Name         string
	LocationID   int64
	Location     string
	Prefix       string // SKUs that begin so
	NeverCounted bool   // just what nobody counted after the stock start
	Blind        bool   // those who count do not see what is expected
	State        StocktakeState
	Missing      Missing
	StartedAt    commerce.Instant
	ClosedAt     commerce.Instant
	RunID        int64 // that wrote the counts
	Undone       bool  // that run was taken back
	Version      int64

	Lines   int // on the sheet
	Counted int // of them
	Unknown int // rows of which nobody knows what they are
}

// SheetLine is one variant of a stocktake: what is expected, what was counted, and by how much that differs.
type SheetLine struct {
	ID        int64
	VariantID int64
	SKU       string
	GTIN      string
	Title     string
	Expected  Quantity // on hand when the sheet was made
	Tracked   bool     // there is something to expect
	Added     bool     // was not on the sheet, and was found
	Rows      int      // how many rows were counted of it
	Counted   Quantity // their sum
	FirstAt   commerce.Instant
	LastAt    commerce.Instant // the count is of then
	// Then is what the ledger says was on hand at that instant: what was sold or came in since the sheet was made is no variance. Now is what it says of now.
	Then Quantity
	Now  Quantity
	// Moved is what moved on hand between the first and the last row: whoever counted may have seen it or not.
	Moved    Quantity
	Cost     commerce.Decimal // of a unit; "" where nobody said
	Currency commerce.Currency
	Outcome  string // "counted" or "left" once it was written
	Problem  string
}

// Variance is by how much the count differs from what was on hand when it was made; 0 of what nobody counted.
func (l SheetLine) Variance() Quantity {
	if l.Rows == 0 {
		return 0
	}
	return l.Counted - l.Then
}

// Value is what the variance is worth, to the cost's digits; ok is false where the cost is not known.
func (l SheetLine) Value() (value commerce.Decimal, ok bool) {
	if l.Cost == "" {
		return "", false
	}
	return l.Cost.Times(l.Variance().Decimal()), true
}

// CountRow is what somebody counted.
type CountRow struct {
	ID        int64
	VariantID int64 // 0 while nobody knows what the code is of
	SKU       string
	Title     string
	Code      string // as it was scanned or typed
	Quantity  Quantity
	At        commerce.Instant // 0 is now
	Counter   string           // who
	FileID    int64
}

// StocktakeFilter says what is to be counted.
type StocktakeFilter struct {
	Name         string
	Location     string
	Prefix       string
	NeverCounted bool
	Blind        bool
}

// StocktakeTotals are what a report adds up.
type StocktakeTotals struct {
	Counted int
	Over    Quantity
	Short   Quantity
	Value   map[commerce.Currency]commerce.Decimal // of those whose cost is known
	Uncost  int                                    // lines that differ and whose cost is not known
}

// Add takes a line into the totals.
func (t *StocktakeTotals) Add(l SheetLine) {
	if l.Rows == 0 {
		return
	}
	t.Counted++
	differs := l.Variance()
	switch value, ok := l.Value(); {
	case differs == 0:
		return
	case ok:
		sum := t.Value[l.Currency]
		if sum == "" {
			sum = "0"
		}
		t.Value[l.Currency] = sum.Plus(value)
	default:
		t.Uncost++
	}
	if differs > 0 {
		t.Over += differs
	} else {
		t.Short -= differs
	}
}
