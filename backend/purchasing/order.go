package purchasing

import (
	"fmt"
	"math/big"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

// State says where a purchase order stands. Partial and Received are worked out of what came; the others are kept.
type State string

// The states.
const (
	Draft     State = "draft"
	Ordered   State = "ordered"
	Partial   State = "partially_received"
	Received  State = "received"
	Closed    State = "closed" // the rest is not awaited
	Cancelled State = "cancelled"
)

// Order is goods ordered from a supplier, to come to one location.
type Order struct {
	ID         int64
	Number     string
	SupplierID int64
	Supplier   string
	LocationID int64
	Location   string
	Kept       State // draft, ordered, closed or cancelled
	Currency   commerce.Currency
	Rate       commerce.Decimal // of the currency in which stock is valued for one of Currency; "" is one and the same
	ExpectedAt commerce.Instant
	Note       string
	Reason     string // why it was closed or cancelled
	CreatedAt  commerce.Instant
	OrderedAt  commerce.Instant
	EndedAt    commerce.Instant
	Lines      []Line
	Receipts   []Receipt
	Version    int64
}

// Line is so much of a variant. Quantity and Received are units; Price is for Pack of them.
type Line struct {
	ID        int64
	Position  int
	VariantID int64
	SKU       string
	Title     string
	Code      string // what the supplier calls it
	Pack      inventory.Quantity
	Quantity  inventory.Quantity
	Want      int64 // packs asked for, where Quantity is not said
	Price     commerce.Decimal
	Received  inventory.Quantity
	Reason    string           // why Tradepost proposed it
	Weight    commerce.Decimal // of one unit in grams, "" is not known
}

// Receipt is what came in at once.
type Receipt struct {
	ID         int64
	RunID      int64
	ReceivedAt commerce.Instant
	RecordedAt commerce.Instant
	Rate       commerce.Decimal
	Note       string
	UndoneRun  int64
	Lines      []ReceiptLine
	Charges    []Charge
}

// ReceiptLine is what came of one line. Goods and Landed are minor units of the currency in which stock is valued.
type ReceiptLine struct {
	LineID     int64
	MovementID int64
	VariantID  int64
	SKU        string
	Quantity   inventory.Quantity
	Goods      commerce.Amount
	Landed     commerce.Amount
}

// State is where the order stands.
func (o Order) State() State {
	if o.Kept != Ordered {
		return o.Kept
	}
	some, all := false, true
	for _, l := range o.Lines {
		some = some || l.Received > 0
		all = all && l.Open() == 0
	}
	switch {
	case all:
		return Received
	case some:
		return Partial
	}
	return Ordered
}

// Open is what is still awaited of a line.
func (l Line) Open() inventory.Quantity { return max(l.Quantity-l.Received, 0) }

// Name is what people call what the line is of.
func (l Line) Name() string {
	if l.SKU != "" {
		return l.SKU
	}
	return l.Title
}

// Packs is how many packs the line is, an exact decimal where they are whole; "" else.
func (l Line) Packs() commerce.Decimal {
	if l.Pack <= 0 || l.Quantity%l.Pack != 0 {
		return ""
	}
	return (l.Quantity / l.Pack * inventory.One).Decimal()
}

// Costs is what so much of the line costs, times a rate ("" is 1), to the nearest minor unit of a currency with so many decimals. Not stated where
// the line has no price.
func (l Line) Costs(q inventory.Quantity, rate commerce.Decimal, exponent int) commerce.Amount {
	price, ok := new(big.Rat).SetString(string(l.Price))
	if l.Price == "" || !ok {
		return commerce.Amount{}
	}
	if r, ok := new(big.Rat).SetString(string(rate)); ok && rate != "" {
		price.Mul(price, r)
	}
	price.Mul(price, big.NewRat(int64(q), int64(l.Pack)))
	n, ok := commerce.MinorOf(price, exponent)
	return commerce.Amount{Minor: n, Stated: ok}
}

// Total is what the order costs in its own currency; not stated where a line has no price.
func (o Order) Total() commerce.Amount {
	sum := commerce.Minor(0)
	for _, l := range o.Lines {
		cost := l.Costs(l.Quantity, "", o.Currency.Exponent())
		if !cost.Stated {
			return commerce.Amount{}
		}
		sum.Minor += cost.Minor
	}
	return sum
}

// Line finds a line; nil when the order has none with that id.
func (o *Order) Line(id int64) *Line {
	for i := range o.Lines {
		if o.Lines[i].ID == id {
			return &o.Lines[i]
		}
	}
	return nil
}

// BySKU gives so much of a SKU to the lines that await it, in their order, and what is over to the last of them; nil when no line is of it.
func (o *Order) BySKU(sku string, q inventory.Quantity) (all []Came) {
	for _, l := range o.Lines {
		if l.SKU == sku {
			x := min(q, l.Open())
			all = append(all, Came{l.ID, x})
			q -= x
		}
	}
	if len(all) > 0 {
		all[len(all)-1].Quantity += q
	}
	return all
}

// Check refuses what cannot be ordered.
func (o Order) Check() error {
	for _, l := range o.Lines {
		switch {
		case l.Quantity <= 0 || l.Pack <= 0:
			return fault.New(fault.Invalid, fmt.Sprintf("Line %d orders nothing.", l.Position), "Give a number above zero.").InField("lines")
		case l.Price.Sign() < 0:
			return fault.New(fault.Invalid, fmt.Sprintf("The price of line %d is below zero.", l.Position), "Give the price of one pack, or leave it out.").InField("lines")
		}
	}
	if o.Rate != "" && o.Rate.Sign() <= 0 {
		return fault.New(fault.Invalid, "A rate is above zero.", "Say what one unit of the order's currency is worth.").InField("rate")
	}
	return nil
}

// Came is what came of a line.
type Came struct {
	LineID   int64
	Quantity inventory.Quantity
}

// Arrival is what a person says came in of an order. Without lines it is all that was awaited.
type Arrival struct {
	OrderID int64
	At      commerce.Instant // 0 is now
	Lines   []Came
	Charges []Charge
	Rate    commerce.Decimal // "" leaves the order's
	Note    string
	Over    bool  // more than was ordered came, and that is right
	Start   bool  // what is not tracked at the location is from now on, with nothing there before
	Version int64 // of the order as the person saw it, -1 for any
}

// Coming gives what an arrival brings of an order's lines, in their order, or why that cannot be.
func (o *Order) Coming(a Arrival) ([]Came, error) {
	if state := o.State(); state != Ordered && state != Partial && state != Received {
		return nil, fault.New(fault.Conflict, o.Number+" is "+o.Words()+".", "Goods come in of what is ordered: order it, or reopen it.")
	}
	sums := map[int64]inventory.Quantity{}
	for _, c := range a.Lines {
		if o.Line(c.LineID) == nil || c.Quantity < 0 {
			return nil, fault.New(fault.Invalid, fmt.Sprintf("%s has no line %d.", o.Number, c.LineID), "Look at the order's lines.").InField("lines")
		}
		sums[c.LineID] += c.Quantity
	}
	var all []Came
	for _, l := range o.Lines {
		q := sums[l.ID]
		if len(a.Lines) == 0 {
			q = l.Open()
		}
		if q > l.Open() && !a.Over {
			return nil, fault.New(fault.Conflict, fmt.Sprintf("%s of %s came, and %s are awaited.", q.Decimal(), l.Name(), l.Open().Decimal()),
				"Correct the number, or say that more came than was ordered (over).").InField("over")
		}
		if q > 0 {
			all = append(all, Came{l.ID, q})
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Conflict, "Nothing is awaited of "+o.Number+".", "Say how much of which line came.").InField("lines")
	}
	return all, nil
}

// Words says the state as people do.
func (o Order) Words() string {
	return map[State]string{Draft: "a draft", Ordered: "ordered", Partial: "partially received", Received: "received", Closed: "closed", Cancelled: "cancelled"}[o.State()]
}
