package inventory

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/commerce"
)

// routed is an order that is settled at a few locations.
type routed struct {
	needs      []Need
	to         Place
	candidates []Candidate
}

func drawRouted(r *rapid.T) (o routed) {
	for line := range rapid.IntRange(1, 4).Draw(r, "lines") {
		for range rapid.IntRange(1, 2).Draw(r, "components") {
			o.needs = append(o.needs, Need{LineID: int64(line + 1), VariantID: int64(rapid.IntRange(1, 3).Draw(r, "variant")), Quantity: Quantity(rapid.IntRange(1, 4).Draw(r, "units")) * One})
		}
	}
	o.to = Place{Country: rapid.SampledFrom([]string{"", "DE", "US"}).Draw(r, "country"), Region: rapid.SampledFrom([]string{"", "CA", "NY"}).Draw(r, "region")}
	for id := range rapid.IntRange(1, 4).Draw(r, "locations") {
		c := Candidate{LocationID: int64(id + 1), Rank: rapid.IntRange(0, 2).Draw(r, "rank"), Closed: rapid.IntRange(0, 5).Draw(r, "closed") == 0, Has: map[int64]Quantity{},
			Serves: rapid.SampledFrom([][]string{nil, {"DE"}, {"US"}, {"US-CA"}, {"DE", "US-NY"}}).Draw(r, "serves")}
		for v := range int64(3) {
			if !c.Closed {
				c.Has[v+1] = Quantity(rapid.IntRange(0, 6).Draw(r, "has")) * One
			}
		}
		o.candidates = append(o.candidates, c)
	}
	return o
}

// settled reserves an order's needs one by one as the store does, and gives by location what it got there.
func (o routed) settled(choice Choice) (kept map[int64]map[int64]Quantity, got []Quantity) {
	kept = map[int64]map[int64]Quantity{}
	free := map[int64]map[int64]Quantity{}
	for _, c := range o.candidates {
		free[c.LocationID], kept[c.LocationID] = map[int64]Quantity{}, map[int64]Quantity{}
		for v, q := range c.Has {
			free[c.LocationID][v] = q
		}
	}
	for i, n := range o.needs {
		var standings []Standing
		for _, c := range o.candidates {
			standings = append(standings, Standing{LocationID: c.LocationID, OnHand: free[c.LocationID][n.VariantID], Closed: c.Closed, StartedAt: 1, CountedAt: 1})
		}
		choice.In(standings)
		d := Demand{OrderID: 1, LineID: int64(i + 1), VariantID: n.VariantID, Each: One}
		Settle(&d, Ask{Open: n.Quantity, Placed: 10}, standings, commerce.Instant(20))
		for _, a := range d.Allocations {
			free[a.LocationID][n.VariantID] -= a.Reserved
			kept[a.LocationID][n.VariantID] += a.Reserved
		}
		got = append(got, d.Reserved())
	}
	return kept, got
}

// Nothing is reserved that is not there, nobody waits while something is there, and the same always gives the same.
func TestRoutingReservesNoMoreThanThereIs(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := drawRouted(r)
		choice := Choose(o.needs, o.to, o.candidates)
		shuffled := rapid.Permutation(o.candidates).Draw(r, "order")
		if again := Choose(o.needs, o.to, shuffled); !slices.Equal(choice.Asked, again.Asked) || choice.Reason != again.Reason {
			r.Fatalf("%v, and in another order %v", choice, again)
		}
		kept, got := o.settled(choice)
		there, wanted, reserved := map[int64]Quantity{}, map[int64]Quantity{}, map[int64]Quantity{}
		for _, c := range o.candidates {
			for v, q := range c.Has {
				there[v] += q
				if kept[c.LocationID][v] > q {
					r.Fatalf("%s of %d are reserved at %d of %s", kept[c.LocationID][v].Decimal(), v, c.LocationID, q.Decimal())
				}
			}
		}
		for i, n := range o.needs {
			wanted[n.VariantID] += n.Quantity
			reserved[n.VariantID] += got[i]
		}
		for v := range wanted {
			if reserved[v] != min(wanted[v], there[v]) {
				r.Fatalf("%s of %d are reserved: %s are wanted, %s are there", reserved[v].Decimal(), v, wanted[v].Decimal(), there[v].Decimal())
			}
		}
	})
}

// An order is never split while one location has all of it, and goes to the nearest of those; a nearer one that lacks something comes after.
func TestRoutingDoesNotSplitWhatOneLocationHas(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := drawRouted(r)
		wanted := map[int64]Quantity{}
		for _, n := range o.needs {
			wanted[n.VariantID] += n.Quantity
		}
		var able []Candidate
		for _, c := range o.candidates {
			has := !c.Closed
			for v, q := range wanted {
				has = has && c.Has[v] >= q
			}
			if has {
				able = append(able, c)
			}
		}
		choice := Choose(o.needs, o.to, o.candidates)
		if choice.Able != len(able) || choice.Whole != (len(able) > 0) {
			r.Fatalf("%d locations have all of it, and it says %+v", len(able), choice.Reason)
		}
		if len(able) == 0 {
			return
		}
		kept, _ := o.settled(choice)
		var used []int64
		for id, by := range kept {
			for _, q := range by {
				if q > 0 && !slices.Contains(used, id) {
					used = append(used, id)
				}
			}
		}
		if len(used) != 1 || used[0] != choice.Asked[0] {
			r.Fatalf("it is split over %v and %d has all of it", used, able[0].LocationID)
		}
		for _, c := range able {
			if o.to.From(c.Serves) < choice.Nearness {
				r.Fatalf("it goes from %d, and %d is nearer", used[0], c.LocationID)
			}
		}
	})
}

func TestRoutingPutsAPersonsChoiceFirst(t *testing.T) {
	needs := []Need{{1, 1, One}, {2, 2, One}}
	has := map[int64]Quantity{1: One, 2: One}
	all := []Candidate{{LocationID: 1, Has: has}, {LocationID: 2, Rank: 1, Has: map[int64]Quantity{1: One}, Fixed: true}}
	choice := Choose(needs, Place{}, all)
	if fmt.Sprint(choice.Asked) != "[2 1]" || choice.Words("Berlin", nil) != "from Berlin: chosen by hand" {
		t.Errorf("%v %q", choice.Asked, choice.Words("Berlin", nil))
	}
}

func TestRoutesSayWhy(t *testing.T) {
	three := []Need{{1, 1, One}, {2, 2, One}, {3, 3, One}}
	all := map[int64]Quantity{1: One, 2: One, 3: One}
	some := map[int64]Quantity{1: One}
	for want, candidates := range map[string][]Candidate{
		"from Berlin: nearest with all 3 lines":                                            {{LocationID: 1, Has: all, Rank: 9, Serves: []string{"DE"}}, {LocationID: 2, Has: all}},
		"from Berlin: the only one with all 3 lines":                                       {{LocationID: 1, Has: all, Rank: 9}, {LocationID: 2, Has: some, Serves: []string{"DE"}}},
		"from Berlin: first by rank with all 3 lines":                                      {{LocationID: 1, Has: all}, {LocationID: 2, Has: all, Rank: 1}},
		"split: no location has all 3 lines; 1 of them from Berlin, 1 of them from Munich": {{LocationID: 1, Has: some}, {LocationID: 2, Has: map[int64]Quantity{2: One}}},
		"from Berlin: the only one with all 3 lines\x00among closed others":                {{LocationID: 1, Has: all, Rank: 9}, {LocationID: 2, Has: all, Closed: true}},
	} {
		c := Choose(three, Place{Country: "DE"}, candidates)
		if got := c.Words("Berlin", []string{"1 of them from Berlin", "1 of them from Munich"}); c.Asked[0] != 1 || got != want && got+"\x00among closed others" != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}
