package inventory_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

func units(n int) inventory.Quantity { return inventory.Quantity(n) * inventory.One }

func number(n int) commerce.Decimal { return commerce.Decimal(strconv.Itoa(n)) }

// shelf is stock with some on hand at Main (1) and some at Loft (2).
func shelf(main, loft, reserved int) inventory.Stock {
	return inventory.Stock{VariantID: 1, Levels: []inventory.Level{{LocationID: 1, Location: "Main", OnHand: units(main), Reserved: units(reserved)},
		{LocationID: 2, Location: "Loft", OnHand: units(loft)}}}
}

func offer(s inventory.Stock, pack commerce.Decimal, rules ...inventory.Rule) inventory.Offer {
	return inventory.Asked{Stock: s, ChannelID: 9, Pack: pack, Terms: inventory.TermsOf(rules...)}.Offer()
}

func TestAnOfferFollowsItsRules(t *testing.T) {
	of := func(r inventory.Rule) inventory.Rule { r.Scope = inventory.OfChannel; return r }
	for name, c := range map[string]struct {
		pack commerce.Decimal
		rule inventory.Rule
		want int64
		says string
	}{
		"nothing said":         {"1", inventory.Rule{}, 12, "12 available: 15 on hand, 3 kept for orders"},
		"a buffer":             {"1", inventory.Rule{Buffer: "2"}, 10, "12 available: 15 on hand, 3 kept for orders; less 2 kept back → 10"},
		"more than there is":   {"1", inventory.Rule{Buffer: "20"}, 0, "→ 0"},
		"a percentage, up":     {"1", inventory.Rule{Percent: "10"}, 10, "less 2 kept back (10 %) → 10"},
		"the larger counts":    {"1", inventory.Rule{Buffer: "1", Percent: "25"}, 9, "less 3 kept back (25 %) → 9"},
		"the end is there":     {"1", inventory.Rule{EndWhen: "12"}, 0, "nothing is offered with 12 or less → 0"},
		"the end is not there": {"1", inventory.Rule{EndWhen: "11"}, 12, ""},
		"the most":             {"1", inventory.Rule{Most: "5"}, 5, "at most 5 shown → 5"},
		"the most in packs":    {"2", inventory.Rule{Most: "5"}, 5, "at most 5 shown → 10; 2 in each → 5"},
		"packs are whole":      {"5", inventory.Rule{}, 2, "5 in each → 2"},
		"chosen locations":     {"1", inventory.Rule{Locations: []int64{2}}, 5, "only at Loft → 5"},
		"all locations":        {"1", inventory.Rule{Locations: []int64{}}, 12, ""},
		"where it is not":      {"1", inventory.Rule{Locations: []int64{7}}, 0, "→ 0"},
	} {
		t.Run(name, func(t *testing.T) {
			o := offer(shelf(10, 5, 3), c.pack, of(c.rule))
			if o.Whole != c.want || !strings.Contains(o.Explain(), c.says) {
				t.Errorf("%d: %s", o.Whole, o.Explain())
			}
		})
	}
}

func TestWhatIsNotTrackedHasNoNumber(t *testing.T) {
	if o := offer(inventory.Stock{VariantID: 1}, "1", inventory.Rule{Scope: inventory.OfAll, Buffer: "1"}); o.Tracked || o.Whole != 0 || len(o.Steps) != 0 {
		t.Errorf("%+v", o)
	}
}

func TestTheMoreSpecialRuleGoesFirstFieldByField(t *testing.T) {
	o := offer(shelf(10, 0, 0), "1", inventory.Rule{Scope: inventory.OfListing, Buffer: "0"}, inventory.Rule{Scope: inventory.OfAll, Buffer: "4", Most: "9"},
		inventory.Rule{Scope: inventory.OfVariant, Buffer: "3"}, inventory.Rule{Scope: inventory.OfChannel, Most: "7"})
	if o.Whole != 7 {
		t.Errorf("%d: %s", o.Whole, o.Explain())
	}
	if last := o.Steps[len(o.Steps)-1]; last.Of != inventory.OfChannel || last.Kind != inventory.StepMost {
		t.Errorf("%+v", o.Steps)
	}
}

func TestAChannelThatIsItsOwnMasterIsToldNothing(t *testing.T) {
	if o := offer(shelf(10, 0, 0), "1", inventory.Rule{Scope: inventory.OfChannel, Master: inventory.ByChannel}); o.Told || !o.Tracked {
		t.Errorf("%+v", o)
	}
}

func TestTheBufferForLateNewsFollowsSpeedAndLagAndIsCapped(t *testing.T) {
	asked := inventory.Asked{Stock: shelf(40, 0, 0), ChannelID: 9, Pack: "1", Terms: inventory.TermsOf(inventory.Rule{Scope: inventory.OfChannel, LagMost: "5"}),
		Late: inventory.Lateness{Sold: units(28 * 24), Over: 28 * 24 * time.Hour, Known: 90 * time.Minute, Confirmed: time.Hour}}
	if o := asked.Offer(); o.Whole != 37 { // one an hour, two and a half hours
		t.Errorf("%d: %s", o.Whole, o.Explain())
	}
	asked.Late.Sold *= 10
	if o := asked.Offer(); o.Whole != 35 || !strings.Contains(o.Explain(), "25, but 5 at most") {
		t.Errorf("%d: %s", o.Whole, o.Explain())
	}
	asked.Late.Sold = 0
	if o := asked.Offer(); o.Whole != 40 {
		t.Errorf("%d: %s", o.Whole, o.Explain())
	}
}

func TestAKitIsOfferedByItsPartsAtChosenLocations(t *testing.T) {
	part := func(id int64, main, loft int) inventory.Stock {
		s := shelf(main, loft, 0)
		s.VariantID = id
		return s
	}
	kit := inventory.Stock{VariantID: 1, Kit: []inventory.Component{{VariantID: 2, Quantity: units(2)}, {VariantID: 3, Quantity: units(1)}}, KitTracked: true, Sets: units(5),
		Parts: []inventory.Stock{part(2, 4, 6), part(3, 9, 9)}}
	if o := offer(kit, "1", inventory.Rule{Scope: inventory.OfChannel, Locations: []int64{1}}); o.Whole != 2 {
		t.Errorf("%d: %s", o.Whole, o.Explain())
	}
}

// Whatever the rules, an offer is never below zero, never more than what is available, and its last step is the number.
func TestOffersStayBetweenNothingAndWhatThereIs(t *testing.T) {
	source := rand.New(rand.NewPCG(5, 5))
	maybe := func(most int) commerce.Decimal {
		if source.IntN(2) == 0 {
			return ""
		}
		return number(source.IntN(most))
	}
	for n := range 5000 {
		s := shelf(source.IntN(20), source.IntN(20), source.IntN(30))
		s.Backordered = units(source.IntN(3))
		pack := number(1 + source.IntN(4))
		var rules []inventory.Rule
		for _, scope := range inventory.Scopes {
			r := inventory.Rule{Scope: scope, Buffer: maybe(9), Percent: maybe(101), EndWhen: maybe(9), Most: maybe(9), LagMost: maybe(9)}
			if source.IntN(3) == 0 {
				r.Locations = []int64{int64(1 + source.IntN(3))}
			}
			rules = append(rules, r)
		}
		o := inventory.Asked{Stock: s, ChannelID: 9, Pack: pack, Terms: inventory.TermsOf(rules...), Late: inventory.Lateness{Sold: units(source.IntN(90)), Over: time.Hour, Known: time.Minute}}.Offer()
		size, _ := inventory.Parse(pack)
		if o.Whole < 0 || inventory.Quantity(o.Whole)*size > max(s.For(9), 0) {
			t.Fatalf("%d: %d of %s: %s", n, o.Whole, s.For(9).Decimal(), o.Explain())
		}
		last := o.Steps[len(o.Steps)-1]
		if last.Kind != inventory.StepPack && max(last.Left, 0).Whole("1") != o.Whole {
			t.Fatalf("%d: the steps end at %s, the offer is %d: %s", n, last.Left.Decimal(), o.Whole, o.Explain())
		}
	}
}

func TestARuleThatMeansNothingIsRefused(t *testing.T) {
	for field, r := range map[string]inventory.Rule{
		"buffer": {Scope: inventory.OfAll, Buffer: "-1"}, "percent": {Scope: inventory.OfAll, Percent: "101"}, "most": {Scope: inventory.OfAll, Most: "1.5"},
		"end_when": {Scope: inventory.OfAll, EndWhen: "x"}, "scope": {Scope: "shop"}, "master": {Scope: inventory.OfVariant, Master: inventory.Here},
		"last_units": {Scope: inventory.OfChannel, LastUnits: "3"}, "rank": {Scope: inventory.OfAll, Rank: "1"},
	} {
		if err := r.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// Shares are disjoint whatever there is: together with what cannot be taken back they are never more than what is available.
func TestSharesTogetherAreNeverMoreThanThereIs(t *testing.T) {
	source := rand.New(rand.NewPCG(6, 6))
	for n := range 20_000 {
		p := inventory.Pool{VariantID: 1, Available: units(source.IntN(12)), LastUnits: inventory.Said{Value: units(12), Of: inventory.OfAll}, At: map[int64]inventory.Quantity{}}
		p.At[1] = min(p.Available, units(source.IntN(6)))
		p.At[2] = p.Available - p.At[1]
		var fixed inventory.Quantity
		for i := range 1 + source.IntN(5) {
			taker := inventory.Taker{ListingID: int64(i + 1), Channel: fmt.Sprint(i), Per: units(1 + source.IntN(3)), Ceiling: units(source.IntN(14)), Speed: units(source.IntN(9)),
				Rank: units(source.IntN(3)), May: units(source.IntN(5)), Fixed: source.IntN(6) == 0, Keeps: source.IntN(2) == 0}
			if source.IntN(4) == 0 {
				taker.Locations = []int64{1}
			}
			if taker.Fixed {
				fixed += taker.May
			}
			p.Takers = append(p.Takers, taker)
		}
		shares := p.Allot()
		var sum, first inventory.Quantity
		for _, taker := range p.Takers {
			share := shares[taker.ListingID]
			switch {
			case taker.Fixed && share != taker.May:
				t.Fatalf("%d: what cannot be told has %s instead of %s", n, share.Decimal(), taker.May.Decimal())
			case !taker.Fixed && (share < 0 || share > taker.Ceiling || share%taker.Per != 0 && share != taker.May):
				t.Fatalf("%d: %s of %+v", n, share.Decimal(), taker)
			case taker.Keeps && share > taker.May && taker.May > 0 && share != 0 && !taker.Fixed && taker.May <= taker.Ceiling && sum+taker.May > p.Available:
				t.Fatalf("%d: %+v grows to %s", n, taker, share.Decimal())
			}
			if sum += share; len(taker.Locations) > 0 && !taker.Fixed {
				first += share
			}
		}
		if sum > max(p.Available, fixed) {
			t.Fatalf("%d: %s shared of %s, %s of it fixed: %+v", n, sum.Decimal(), p.Available.Decimal(), fixed.Decimal(), p.Takers)
		}
		if first > p.At[1] && fixed == 0 {
			t.Fatalf("%d: %s from the first place, where %s are", n, first.Decimal(), p.At[1].Decimal())
		}
		if again := p.Allot(); fmt.Sprint(again) != fmt.Sprint(shares) {
			t.Fatalf("%d: %v, then %v", n, shares, again)
		}
	}
}

func TestTheFastestHasTheLastOneThenTheRank(t *testing.T) {
	pool := func(available int) inventory.Pool {
		return inventory.Pool{Available: units(available), LastUnits: inventory.Said{Value: units(9)}, Takers: []inventory.Taker{
			{ListingID: 1, Per: units(1), Ceiling: units(9), Speed: units(2), Rank: units(2)}, {ListingID: 2, Per: units(1), Ceiling: units(9), Speed: units(8)},
			{ListingID: 3, Per: units(1), Ceiling: units(9), Speed: units(2), Rank: units(1)}}}
	}
	for available, want := range map[int][3]int{0: {0, 0, 0}, 1: {0, 1, 0}, 2: {0, 1, 1}, 3: {1, 1, 1}, 4: {1, 2, 1}, 5: {1, 3, 1}} {
		shares := pool(available).Allot()
		for id, n := range want {
			if shares[int64(id+1)] != units(n) {
				t.Errorf("of %d: %v", available, shares)
			}
		}
	}
}

func TestAReplayCountsOversellsAndWhatABufferCosts(t *testing.T) {
	const hour = 3_600_000
	late := func(buffer commerce.Decimal) inventory.Teller {
		return func(int64, int64, int64) (inventory.Terms, inventory.Lateness) {
			return inventory.TermsOf(inventory.Rule{Scope: inventory.OfAll, Buffer: buffer}), inventory.Lateness{Known: time.Hour, Confirmed: time.Minute}
		}
	}
	sale := func(at, channel, n int) inventory.PastSale {
		return inventory.PastSale{At: commerce.Instant(at), ChannelID: int64(channel), Units: units(n), Pack: "1"}
	}
	past := inventory.Past{Available: units(2), Sales: []inventory.PastSale{sale(10*hour, 1, 1), sale(10*hour+1000, 2, 1), sale(10*hour+2000, 1, 1), sale(20*hour, 2, 1)},
		Moves: []inventory.Moved{{At: 15 * hour, By: units(2)}}}
	if r := inventory.Replay(past, late("")); r != (inventory.Replayed{Sales: 4, Oversold: 1}) {
		t.Errorf("without a buffer: %+v", r)
	}
	if r := inventory.Replay(past, late("1")); r != (inventory.Replayed{Sales: 4, Oversold: 0, Lost: 1}) {
		t.Errorf("with one: %+v", r)
	}
	if r := inventory.Replay(past, late("9")); r.Lost != 4 || r.Oversold != 0 || r.Spare == 0 {
		t.Errorf("with too much: %+v", r)
	}
}
