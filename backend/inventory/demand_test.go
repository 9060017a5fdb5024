package inventory

import (
	"slices"
	"testing"

	"tradepost/backend/commerce"
)

// What left before a count was not there to be counted: the count stands, so that what was kept for it is there for others.
func TestASaleOfBeforeACountFreesWhatWasKeptForIt(t *testing.T) {
	counted := []Standing{{LocationID: 1, StartedAt: 1, CountedAt: 100, OnHand: One}}
	for at, frees := range map[commerce.Instant]bool{50: true, 100: true, 150: false} {
		sale := Entry{Kind: Sale, LocationID: 1, OnHand: -One, Reserved: -One, OccurredAt: at}
		if got := Unsettles(&Demand{}, []Entry{sale}, counted); got != frees {
			t.Errorf("a sale at %d beside a count at 100: %v", at, got)
		}
	}
}

// What nobody dated left when it was noticed to have left, each part by itself; what nobody knew to wait left when it was placed.
func TestEachPartThatNobodyDatedLeftWhenItWasNoticed(t *testing.T) {
	d := &Demand{Each: 2 * One}
	shelf := []Standing{{LocationID: 1, StartedAt: 100, CountedAt: 100, OnHand: 20 * One}}
	var ledger []Booked
	undated := func(pieces Quantity) Left { return Left{Quantity: pieces * One} }
	for _, step := range []struct {
		ask    Ask
		now    commerce.Instant
		onHand Quantity
		known  []Noticed
	}{
		{Ask{Open: 3 * One, Left: []Left{undated(1)}}, 150, 20, []Noticed{{One, 0}}}, // of before the count
		{Ask{Open: 1 * One, Left: []Left{undated(1), undated(2)}}, 200, 16, []Noticed{{One, 0}, {2 * One, 200}}},
		{Ask{Left: []Left{undated(4)}}, 300, 14, []Noticed{{One, 0}, {2 * One, 200}, {One, 300}}},
		{Ask{Left: []Left{undated(4)}}, 400, 14, []Noticed{{One, 0}, {2 * One, 200}, {One, 300}}},
		{Ask{Left: []Left{undated(2), {2 * One, 250}}}, 500, 14, []Noticed{{One, 0}, {One, 200}}}, // two of them are dated now
		{Ask{Left: []Left{undated(2), {2 * One, 50}}}, 600, 18, []Noticed{{One, 0}, {One, 200}}},  // and turn out to have left before the count
	} {
		step.ask.Placed = 50
		d.Booked = slices.Clone(ledger)
		ledger = booked(ledger, Settle(d, step.ask, shelf, step.now))
		if shelf[0].OnHand != step.onHand*One || !slices.Equal(d.Noticed, step.known) {
			t.Errorf("at %d there are %s on hand, and %v was noticed", step.now, shelf[0].OnHand.Decimal(), d.Noticed)
		}
	}
}

// booked is what of a ledger stands, newest first, after more entries.
func booked(all []Booked, entries []Entry) []Booked {
	for _, e := range entries {
		switch e.Kind {
		case Sale:
			all = slices.Insert(all, 0, Booked{EntryID: int64(len(all) + 1), Kind: Sale, LocationID: e.LocationID, Quantity: -e.OnHand, At: e.OccurredAt})
		case Undo:
			i := slices.IndexFunc(all, func(b Booked) bool { return b.EntryID == e.Reverses })
			all[i].Quantity -= e.OnHand
		}
	}
	return all
}
