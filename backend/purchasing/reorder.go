package purchasing

import (
	"fmt"
	"math/big"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

// RuleKind says what a reorder rule goes by.
type RuleKind string

// The kinds: numbers that a person gave, or how fast the variant sells.
const (
	Fixed RuleKind = "fixed"
	Speed RuleKind = "speed"
)

// Rule says when a variant is to be ordered again at a location: when what there is comes to Least or below, up to Most. Under Speed those two are worked
// out: enough until goods come and SafetyDays longer, and CoverDays on top.
type Rule struct {
	VariantID  int64
	SKU        string
	Title      string
	LocationID int64
	Location   string
	Kind       RuleKind
	Least      inventory.Quantity
	Most       inventory.Quantity
	SafetyDays int
	CoverDays  int
	Version    int64
}

// Check refuses rules that could never end.
func (r Rule) Check() error {
	switch {
	case r.Kind != Fixed && r.Kind != Speed:
		return fault.New(fault.Invalid, fmt.Sprintf("%q is no kind of reorder rule.", r.Kind), "Use fixed or speed.").InField("kind")
	case r.Kind == Fixed && (r.Least < 0 || r.Most <= r.Least):
		return fault.New(fault.Invalid, "Up to how many must be more than when to order again.", "Give the level at which to order, and a higher one to order up to.").InField("most")
	case r.Kind == Speed && (r.SafetyDays < 0 || r.CoverDays <= 0 || r.SafetyDays > 3650 || r.CoverDays > 3650):
		return fault.New(fault.Invalid, "An order covers at least a day.", "Give the days to be safe for, and the days that an order is to last.").InField("cover_days")
	}
	return nil
}

// SpeedDays is how far back sales are looked at.
const SpeedDays = 28

// Standing is how a variant stands at a location, for a rule.
type Standing struct {
	Tracked     bool
	Available   inventory.Quantity // on hand less reserved
	Backordered inventory.Quantity
	Incoming    inventory.Quantity
	Drafted     inventory.Quantity // in drafts of purchase orders
	Sold        inventory.Quantity // in Days
	Days        int                // how long of the last SpeedDays it was tracked, at least 1
	LeadDays    int                // of the supplier; below zero is not stated
	Item        *Item              // how the supplier sells it that it is ordered from; nil where nobody does
}

// Has is what there is and will be.
func (s Standing) Has() inventory.Quantity {
	return s.Available - s.Backordered + s.Incoming + s.Drafted
}

// Need is what is to be ordered, and why.
type Need struct {
	Rule
	Standing
	Units inventory.Quantity // what brings it up
	Packs int64              // of the supplier's packs; 0 where nobody sells it
	Why   string
}

// Judge says whether a rule asks for an order, and for how much.
func (r Rule) Judge(s Standing) (n Need, short bool) {
	if !s.Tracked {
		return n, false
	}
	why := []string{has(s)}
	if r.Kind == Speed {
		r.Least, r.Most = r.bySpeed(s)
		why = append(why, speedWords(r, s))
	}
	if r.Most <= 0 || s.Has() > r.Least {
		return n, false
	}
	n = Need{Rule: r, Standing: s, Units: r.Most - s.Has()}
	why = append(why, fmt.Sprintf("order at %s, up to %s", r.Least.Decimal(), r.Most.Decimal()))
	if s.Item != nil {
		n.Packs = s.Item.Packs(n.Units)
		if ordered := s.Item.Pack * inventory.Quantity(n.Packs); ordered != n.Units {
			why = append(why, fmt.Sprintf("%s needed, %s in %d packs of %s", n.Units.Decimal(), ordered.Decimal(), n.Packs, s.Item.Pack.Decimal()))
		}
	}
	n.Why = strings.Join(why, "; ")
	return n, n.Units > 0
}

// bySpeed works out when to order and up to how many, in whole units.
func (r Rule) bySpeed(s Standing) (least, most inventory.Quantity) {
	until := max(s.LeadDays, 0) + r.SafetyDays
	return lasting(s, until), lasting(s, until+r.CoverDays)
}

// lasting is how many units last so many days at the speed at which they sell, rounded up to whole ones.
func lasting(s Standing, days int) inventory.Quantity {
	if s.Sold <= 0 {
		return 0
	}
	exact := new(big.Int).Mul(big.NewInt(int64(s.Sold)), big.NewInt(int64(days)))
	per := new(big.Int).Mul(big.NewInt(int64(s.Days)), big.NewInt(int64(inventory.One)))
	whole, rest := new(big.Int).DivMod(exact, per, new(big.Int))
	if rest.Sign() > 0 {
		whole.Add(whole, big.NewInt(1))
	}
	return inventory.Quantity(whole.Int64()) * inventory.One
}

func has(s Standing) string {
	text := s.Available.Decimal() + " available"
	for _, part := range []struct {
		q     inventory.Quantity
		words string
	}{{s.Backordered, "backordered"}, {s.Incoming, "on the way"}, {s.Drafted, "in drafts"}} {
		if part.q != 0 {
			text += commerce.Decimal(", " + string(part.q.Decimal()) + " " + part.words)
		}
	}
	return string(text)
}

func speedWords(r Rule, s Standing) string {
	lead := fmt.Sprintf("%d days until goods come", s.LeadDays)
	if s.LeadDays < 0 {
		lead = "how long goods take is not stated"
	}
	return fmt.Sprintf("%s sold in %d days; %s, %d days to be safe, %d days to last", s.Sold.Decimal(), s.Days, lead, r.SafetyDays, r.CoverDays)
}

// Drafts makes drafts of purchase orders out of needs: one for each supplier and location. What nobody sells is left out.
func Drafts(needs []Need) []Order {
	var all []Order
	place := map[[2]int64]int{}
	for _, n := range needs {
		if n.Item == nil {
			continue
		}
		key := [2]int64{n.Item.SupplierID, n.LocationID}
		i, known := place[key]
		if !known {
			i = len(all)
			place[key] = i
			all = append(all, Order{SupplierID: n.Item.SupplierID, LocationID: n.LocationID, Currency: n.Item.Currency})
		}
		all[i].Lines = append(all[i].Lines, Line{VariantID: n.VariantID, Code: n.Item.Code, Pack: n.Item.Pack, Quantity: n.Item.Pack * inventory.Quantity(n.Packs),
			Price: n.Item.Price, Reason: n.Why})
	}
	return all
}
