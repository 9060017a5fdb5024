package inventory

import "tradepost/backend/commerce"

// Short is an order line that waits for goods that nothing can be kept of for it: it was sold and is not there.
type Short struct {
	DemandID   int64
	OrderID    int64
	LineID     int64
	VariantID  int64 // what is missing: of a kit, its component
	SKU        string
	Title      string
	LineSKU    string // what was ordered
	LineTitle  string
	Number     string
	ExternalID string // the channel's id of the order; "" where it came by a file
	ChannelID  int64
	Channel    string
	Pool       int64
	Placed     commerce.Instant
	Held       bool
	Each       Quantity // of the variant for each piece of the line
	Missing    Quantity
	Open       Quantity // what is still to leave, missing or kept
	Lines      int      // how many lines of goods its order has
	Elsewhere  []FreePlace
	Incoming   Quantity // of what is on its way, what those before it leave
}

// FreePlace is a location that has some free and gives nothing by itself.
type FreePlace struct {
	LocationID int64
	Location   string
	Free       Quantity
}

// RemedyKind is a way to put a short line right.
type RemedyKind string

// The remedies.
const (
	KeepElsewhere RemedyKind = "other_location" // keep it for the order where it lies
	Backorder     RemedyKind = "backorder"      // put the order on hold until more comes
	CancelOrder   RemedyKind = "cancel"         // a draft: the channel is told only once a person approves it
	CancelLine    RemedyKind = "cancel_line"    // the same, of this line alone, with its money
)

// Remedy is one way to put a line right.
type Remedy struct {
	Kind       RemedyKind
	LocationID int64
	Location   string
	Quantity   Quantity
	Proposed   bool
}

// Remedies lists the ways to put a line right, the proposed one first: to keep it elsewhere if there is all of it, to wait if enough is on its way, else
// to call it off.
func (s Short) Remedies() []Remedy {
	var all []Remedy
	for _, at := range s.Elsewhere {
		all = append(all, Remedy{Kind: KeepElsewhere, LocationID: at.LocationID, Location: at.Location, Quantity: min(at.Free, s.Missing)})
	}
	waits := Remedy{Kind: Backorder, Quantity: min(s.Incoming, s.Missing)}
	off := Remedy{Kind: CancelOrder, Quantity: s.Missing}
	if s.Lines > 1 || s.Missing < s.Open {
		off.Kind = CancelLine
	}
	switch {
	case len(all) > 0 && all[0].Quantity == s.Missing:
		all = append(all, waits, off)
	case s.Incoming >= s.Missing || s.Held: // a person who put it on hold decided that it waits
		all = append([]Remedy{waits}, append(all, off)...)
	default:
		all = append([]Remedy{off}, append(all, waits)...)
	}
	all[0].Proposed = true
	return all
}

// Pieces is how many pieces of the line are missing, rounded up to a millionth.
func (s Short) Pieces() commerce.Decimal {
	if s.Each <= 0 {
		return s.Missing.Decimal()
	}
	whole, rest := s.Missing/s.Each, s.Missing%s.Each
	if rest == 0 {
		return (whole * One).Decimal()
	}
	return (whole*One + (rest*One+s.Each-1)/s.Each).Decimal()
}
