package edifact_test

import (
	"fmt"
	"slices"
	"testing"

	"tradepost/backend/edi/trade"
)

// TestOrderChangeIsADifference lays an ORDCHG over the order that it changes.
func TestOrderChangeIsADifference(t *testing.T) {
	order, change := orderOf(t), readOne(t, good(t)["ordchg-d96a.edi"]).Order
	if change.Number != order.Number || change.Change != "450012877-1" {
		t.Fatalf("the change is of %s, and called %s", change.Number, change.Change)
	}
	after, found := order.Amend(change)
	want := []string{"1 quantity 48>36", "2 line 12 PCE 8719999100029 NW-4712>", "4 line >10 PCE 8719999100036"}
	var got []string
	for _, d := range found {
		got = append(got, fmt.Sprintf("%s %s %s>%s", d.Line, d.What, d.Before, d.After))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(after.Lines) != 3 || after.Lines[0].Quantity != "36" || after.Lines[1].Number != "3" || after.Lines[2].Number != "4" || order.Lines[0].Quantity != "48" || len(order.Lines) != 3 {
		t.Errorf("%+v", after.Lines)
	}
	change.Purpose = trade.Coded{Code: "1"}
	if after, found := order.Amend(change); len(after.Lines) != 0 || len(found) != 3 {
		t.Errorf("a cancellation leaves %d lines and finds %d differences", len(after.Lines), len(found))
	}
}
