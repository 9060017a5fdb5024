package purchasing_test

import (
	"slices"
	"strings"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

const one = inventory.One

func TestChargesAreSharedExactly(t *testing.T) {
	lines := []purchasing.Weighed{
		{Quantity: 10 * one, Goods: commerce.Minor(1000), Weight: "100"},
		{Quantity: 1 * one, Goods: commerce.Minor(3000), Weight: "2000.5"},
		{Quantity: 5 * one, Goods: commerce.Minor(0)},
	}
	for basis, want := range map[purchasing.Basis][]int64{
		purchasing.ByValue:    {25, 76, 0},
		purchasing.ByQuantity: {63, 6, 32},
		purchasing.ByWeight:   {34, 67, 0},
	} {
		if got := purchasing.Share([]purchasing.Charge{{Amount: 101, Basis: basis}}, lines); !slices.Equal(got, want) {
			t.Errorf("1.01 by %s is %v instead of %v", basis, got, want)
		}
	}
	if got := purchasing.Share([]purchasing.Charge{{Amount: 3, Basis: purchasing.ByValue}, {Amount: 3, Basis: purchasing.ByWeight}},
		[]purchasing.Weighed{{Quantity: one}, {Quantity: one}}); !slices.Equal(got, []int64{4, 2}) {
		t.Errorf("without values and weights it is shared by quantity, not as %v", got)
	}
}

func TestCostsOfPacksAreRoundedOnce(t *testing.T) {
	l := purchasing.Line{Pack: 12 * one, Price: "10.00"}
	for units, want := range map[int64]int64{12: 1000, 1: 83, 5: 417, 7: 583, 120: 10000} {
		if got := l.Costs(inventory.Quantity(units)*one, "", 2); got != commerce.Minor(want) {
			t.Errorf("%d of 12 for 10.00 cost %v instead of %d", units, got, want)
		}
	}
	if got := l.Costs(12*one, "1.0955", 2); got != commerce.Minor(1096) {
		t.Errorf("at 1.0955 it is %v", got)
	}
	if got := (purchasing.Line{Pack: one}).Costs(one, "", 2); got.Stated {
		t.Error("what has no price costs something")
	}
}

func ordered() purchasing.Order {
	return purchasing.Order{Number: "PO-1", Kept: purchasing.Ordered, Lines: []purchasing.Line{{ID: 1, SKU: "A", Pack: one, Quantity: 10 * one}, {ID: 2, SKU: "B", Pack: one, Quantity: 4 * one, Received: 4 * one},
		{ID: 3, SKU: "A", Pack: one, Quantity: 2 * one}}}
}

func TestWhatComesInIsAskedAboutWhereItIsTooMuch(t *testing.T) {
	o := ordered()
	all, err := o.Coming(purchasing.Arrival{})
	if err != nil || !slices.Equal(all, []purchasing.Came{{LineID: 1, Quantity: 10 * one}, {LineID: 3, Quantity: 2 * one}}) {
		t.Errorf("all that is awaited: %v, %v", all, err)
	}
	over := purchasing.Arrival{Lines: []purchasing.Came{{LineID: 1, Quantity: 6 * one}, {LineID: 1, Quantity: 5 * one}}}
	if _, err := o.Coming(over); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "11 of A came, and 10 are awaited") {
		t.Errorf("too much came: %v", err)
	}
	over.Over = true
	if all, err := o.Coming(over); err != nil || all[0].Quantity != 11*one {
		t.Errorf("too much came, and is right: %v, %v", all, err)
	}
	if _, err := o.Coming(purchasing.Arrival{Lines: []purchasing.Came{{LineID: 9, Quantity: one}}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a line of another order: %v", err)
	}
	o.Kept = purchasing.Closed
	if _, err := o.Coming(purchasing.Arrival{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("something came of a closed order: %v", err)
	}
}

func TestASKUGoesToTheLinesThatAwaitIt(t *testing.T) {
	o := ordered()
	if got := o.BySKU("A", 13*one); !slices.Equal(got, []purchasing.Came{{LineID: 1, Quantity: 10 * one}, {LineID: 3, Quantity: 3 * one}}) {
		t.Errorf("13 of A are %v", got)
	}
	if got := o.BySKU("C", one); got != nil {
		t.Errorf("C is no line of it, and became %v", got)
	}
}

func TestStatesAreThoseOfTheLines(t *testing.T) {
	o := ordered()
	if o.State() != purchasing.Partial {
		t.Errorf("it is %s", o.State())
	}
	o.Lines = o.Lines[1:2]
	if o.State() != purchasing.Received {
		t.Errorf("all came, and it is %s", o.State())
	}
	o.Lines[0].Received = 0
	if o.State() != purchasing.Ordered {
		t.Errorf("nothing came, and it is %s", o.State())
	}
}

func TestRulesSayWhenAndHowMuch(t *testing.T) {
	item := &purchasing.Item{SupplierID: 1, Pack: 12 * one, LeastPacks: 2}
	fixed := purchasing.Rule{Kind: purchasing.Fixed, Least: 10 * one, Most: 40 * one}
	speed := purchasing.Rule{Kind: purchasing.Speed, SafetyDays: 3, CoverDays: 14}
	for name, c := range map[string]struct {
		rule  purchasing.Rule
		s     purchasing.Standing
		units inventory.Quantity
		packs int64
		why   string
	}{
		"enough":           {fixed, purchasing.Standing{Tracked: true, Available: 11 * one, Item: item}, 0, 0, ""},
		"at the level":     {fixed, purchasing.Standing{Tracked: true, Available: 10 * one, Item: item}, 30 * one, 3, "10 available; order at 10, up to 40; 30 needed, 36 in 3 packs of 12"},
		"on its way":       {fixed, purchasing.Standing{Tracked: true, Available: 2 * one, Incoming: 24 * one, Item: item}, 0, 0, ""},
		"in a draft":       {fixed, purchasing.Standing{Tracked: true, Available: 2 * one, Drafted: 36 * one, Item: item}, 0, 0, ""},
		"some wait":        {fixed, purchasing.Standing{Tracked: true, Available: 12 * one, Backordered: 5 * one, Item: item}, 33 * one, 3, "12 available, 5 backordered; order at 10, up to 40; 33 needed, 36 in 3 packs of 12"},
		"nobody sells it":  {fixed, purchasing.Standing{Tracked: true}, 40 * one, 0, "0 available; order at 10, up to 40"},
		"not tracked":      {fixed, purchasing.Standing{Item: item}, 0, 0, ""},
		"sells nothing":    {speed, purchasing.Standing{Tracked: true, Days: 28, LeadDays: 7, Item: item}, 0, 0, ""},
		"sells, and lasts": {speed, purchasing.Standing{Tracked: true, Available: 11 * one, Sold: 28 * one, Days: 28, LeadDays: 7, Item: item}, 0, 0, ""},
		"sells, and lasts not": {speed, purchasing.Standing{Tracked: true, Available: 10 * one, Sold: 28 * one, Days: 28, LeadDays: 7, Item: item}, 14 * one, 2,
			"10 available; 28 sold in 28 days; 7 days until goods come, 3 days to be safe, 14 days to last; order at 10, up to 24; 14 needed, 24 in 2 packs of 12"},
		"odd speed": {speed, purchasing.Standing{Tracked: true, Sold: one, Days: 9, LeadDays: -1}, 2 * one, 0,
			"0 available; 1 sold in 9 days; how long goods take is not stated, 3 days to be safe, 14 days to last; order at 1, up to 2"},
	} {
		need, short := c.rule.Judge(c.s)
		if short != (c.units > 0) || need.Units != c.units || need.Packs != c.packs || need.Why != c.why {
			t.Errorf("%s: %v, %s units in %d packs, because %q", name, short, need.Units.Decimal(), need.Packs, need.Why)
		}
	}
}

func TestDraftsAreOneForEachSupplierAndLocation(t *testing.T) {
	need := func(variant, supplier, location int64) purchasing.Need {
		n := purchasing.Need{Rule: purchasing.Rule{VariantID: variant, LocationID: location}, Packs: 3, Why: "because"}
		if supplier != 0 {
			n.Item = &purchasing.Item{SupplierID: supplier, Pack: 6 * one, Code: "X", Price: "2"}
		}
		return n
	}
	all := purchasing.Drafts([]purchasing.Need{need(1, 1, 1), need(2, 2, 1), need(3, 1, 1), need(4, 1, 2), need(5, 0, 1)})
	if len(all) != 3 || len(all[0].Lines) != 2 || all[0].Lines[1].VariantID != 3 || all[0].Lines[0].Quantity != 18*one || all[0].Lines[0].Reason != "because" {
		t.Errorf("drafts are %+v", all)
	}
}
