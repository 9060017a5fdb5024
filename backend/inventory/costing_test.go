package inventory_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/build/proof"
)

// book writes entries as the ledger has them.
type book struct {
	entries []inventory.Costed
}

func (b *book) add(e inventory.Entry, cost ...int64) int64 {
	e.ID = int64(len(b.entries) + 1)
	e.OccurredAt = commerce.Instant(e.ID)
	c := inventory.Costed{Entry: e}
	if len(cost) > 0 {
		c.Cost = commerce.Minor(cost[0])
	}
	b.entries = append(b.entries, c)
	return e.ID
}

func (b *book) worked(method inventory.Method) *inventory.Costing {
	c := inventory.NewCosting(method, nil)
	c.Work(b.entries)
	return c
}

const one = inventory.One

func (b *book) receive(variant, location, n, cost int64) int64 {
	return b.add(inventory.Entry{VariantID: variant, LocationID: location, Kind: inventory.Receipt, OnHand: inventory.Quantity(n) * one}, cost)
}

func (b *book) sell(variant, location, line, n int64) int64 {
	return b.add(inventory.Entry{VariantID: variant, LocationID: location, Kind: inventory.Sale, OnHand: -inventory.Quantity(n) * one,
		Cause: inventory.Cause{Kind: inventory.ByOrder, ID: 1, Line: line}})
}

func cogs(c *inventory.Costing, line, variant int64) inventory.Worth {
	return c.Sold[inventory.Sold{LineID: line, VariantID: variant}]
}

// value is what lies of a variant at a location.
func value(c *inventory.Costing, variant, location int64) inventory.Worth {
	for _, s := range c.Shelves() {
		if s.VariantID == variant && s.LocationID == location {
			return s.Worth()
		}
	}
	return inventory.Worth{}
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v instead of %v", what, got, want)
	}
}

func TestSalesUseTheOldestLayerAndTheAverage(t *testing.T) {
	var b book
	b.receive(1, 1, 10, 1000)
	b.receive(1, 1, 10, 2000)
	b.sell(1, 1, 7, 15)
	fifo, average := b.worked(inventory.FIFO), b.worked(inventory.Average)
	same(t, "first in, first out", cogs(fifo, 7, 1), inventory.Worth{Quantity: 15 * one, Value: 2000})
	same(t, "what is left", value(fifo, 1, 1), inventory.Worth{Quantity: 5 * one, Value: 1000})
	same(t, "at average", cogs(average, 7, 1), inventory.Worth{Quantity: 15 * one, Value: 2250})
	same(t, "what is left at average", value(average, 1, 1), inventory.Worth{Quantity: 5 * one, Value: 750})
}

func TestTheLastOneTakesTheCentsThatAreLeft(t *testing.T) {
	var b book
	b.receive(1, 1, 3, 100)
	for line := range int64(3) {
		b.sell(1, 1, line+1, 1)
	}
	c := b.worked(inventory.FIFO)
	got := []int64{cogs(c, 1, 1).Value, cogs(c, 2, 1).Value, cogs(c, 3, 1).Value}
	if !slices.Equal(got, []int64{33, 33, 34}) {
		t.Errorf("three of 1.00 cost %v", got)
	}
}

func TestReturnsComeBackAtTheCostAtWhichTheyLeft(t *testing.T) {
	for _, method := range []inventory.Method{inventory.FIFO, inventory.Average} {
		var b book
		b.receive(1, 1, 2, 200)
		b.sell(1, 1, 7, 2)
		b.receive(1, 1, 2, 900)
		b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Return, OnHand: one, Cause: inventory.Cause{Kind: inventory.ByOrder, ID: 1, Line: 7}})
		c := b.worked(method)
		same(t, string(method)+": what the line still cost", cogs(c, 7, 1), inventory.Worth{Quantity: one, Value: 100})
		same(t, string(method)+": what lies there", value(c, 1, 1), inventory.Worth{Quantity: 3 * one, Value: 1000})
	}
}

func TestAnUndoneReceiptTakesItsOwnCost(t *testing.T) {
	for _, method := range []inventory.Method{inventory.FIFO, inventory.Average} {
		var b book
		b.receive(1, 1, 2, 200)
		dear := b.receive(1, 1, 2, 900)
		b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Undo, OnHand: -2 * one, Reverses: dear})
		same(t, string(method)+": what is left", value(b.worked(method), 1, 1), inventory.Worth{Quantity: 2 * one, Value: 200})
	}
}

func TestGoodsThatLeftBeforeTheyCameCostWhatCameNext(t *testing.T) {
	var b book
	b.sell(1, 1, 7, 3)
	c := b.worked(inventory.FIFO)
	same(t, "before", cogs(c, 7, 1), inventory.Worth{Quantity: 3 * one, Unknown: 3 * one})
	b.receive(1, 1, 2, 50)
	b.receive(1, 1, 4, 400)
	c = b.worked(inventory.FIFO)
	same(t, "after", cogs(c, 7, 1), inventory.Worth{Quantity: 3 * one, Value: 150})
	same(t, "what is left", value(c, 1, 1), inventory.Worth{Quantity: 3 * one, Value: 300})
}

func TestWhatCameBackAndWentAgainIsOfTheLayerItWasOf(t *testing.T) {
	var b book
	bought := b.receive(1, 1, 1, 300)
	b.sell(1, 1, 7, 1)
	b.sell(1, 1, 8, 1) // short
	back := func(line int64) {
		b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Return, OnHand: one, Cause: inventory.Cause{Kind: inventory.ByOrder, ID: 1, Line: line}})
	}
	back(7) // makes up for what is short
	back(8)
	shelves := b.worked(inventory.FIFO).Shelves()
	if len(shelves) != 1 || len(shelves[0].Layers) != 1 || shelves[0].Layers[0].EntryID != bought {
		t.Fatalf("the layers are %+v", shelves[0].Layers[0])
	}
	same(t, "what lies there", shelves[0].Worth(), inventory.Worth{Quantity: one, Value: 300})
}

func TestKitsCostWhatIsInThem(t *testing.T) {
	var b book
	b.receive(1, 1, 4, 1001) // two of these
	b.receive(2, 1, 1, 300)
	cause := inventory.Cause{Kind: inventory.ByAssembly, ID: 9}
	move := func(variant int64, n inventory.Quantity, cause inventory.Cause) int64 {
		return b.add(inventory.Entry{VariantID: variant, LocationID: 1, Kind: inventory.Assembly, OnHand: n * one, Cause: cause})
	}
	move(1, -2, cause)
	move(2, -1, cause)
	move(3, 1, cause)
	c := b.worked(inventory.FIFO)
	same(t, "the kit", value(c, 3, 1), inventory.Worth{Quantity: one, Value: 800})
	apart := inventory.Cause{Kind: inventory.ByAssembly, ID: 10}
	move(3, -1, apart)
	move(1, 2, apart)
	move(2, 1, apart)
	c = b.worked(inventory.FIFO)
	same(t, "all of it", value(c, 1, 1).Value+value(c, 2, 1).Value, 1301)
	same(t, "the kit that is apart", value(c, 3, 1), inventory.Worth{})
	same(t, "what left", c.Out, 0)
}

func TestGoodsOnTheRoadKeepTheirCost(t *testing.T) {
	var b book
	b.receive(1, 1, 4, 400)
	cause := inventory.Cause{Kind: "transfer", ID: 3}
	out := b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.TransferOut, OnHand: -3 * one, Cause: cause})
	b.add(inventory.Entry{VariantID: 1, LocationID: 2, Kind: inventory.TransferIn, OnHand: one, Cause: cause})
	c := b.worked(inventory.FIFO)
	same(t, "at the other location", value(c, 1, 2), inventory.Worth{Quantity: one, Value: 100})
	same(t, "on the road", c.Road()[0].Worth(), inventory.Worth{Quantity: 2 * one, Value: 200})
	b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Undo, OnHand: 2 * one, Reverses: out, Cause: cause})
	c = b.worked(inventory.FIFO)
	same(t, "back again", value(c, 1, 1), inventory.Worth{Quantity: 3 * one, Value: 300})
	same(t, "nothing is left on the road", len(c.Road()), 0)
}

func TestFoundGoodsCostWhatTheOthersDo(t *testing.T) {
	var b book
	b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Start, OnHand: 2 * one})
	same(t, "before anybody said", value(b.worked(inventory.FIFO), 1, 1), inventory.Worth{Quantity: 2 * one, Unknown: 2 * one})
	c := inventory.NewCosting(inventory.FIFO, func(_ int64, q inventory.Quantity) (int64, bool) { return inventory.ValueOf(q, "1.255", 2) })
	c.Work(b.entries)
	same(t, "as the product says", value(c, 1, 1), inventory.Worth{Quantity: 2 * one, Value: 251})
	b.receive(2, 1, 4, 400)
	b.add(inventory.Entry{VariantID: 2, LocationID: 1, Kind: inventory.Correction, CountID: 1, OnHand: 2 * one})
	same(t, "as the others there", value(b.worked(inventory.FIFO), 2, 1), inventory.Worth{Quantity: 6 * one, Value: 600})
}

// What becomes known late and lay there when it was counted changes nothing: the count's correction gives back what it took.
func TestWhatACountTookComesBackAtItsCost(t *testing.T) {
	var b book
	b.receive(1, 1, 5, 500)
	b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Correction, CountID: 4, OnHand: -2 * one})
	b.receive(1, 1, 5, 5000)
	b.sell(1, 1, 7, 2) // late: before the count
	b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Correction, CountID: 4, OnHand: 2 * one, Cause: inventory.Cause{Kind: inventory.ByOrder, ID: 1, Line: 7}})
	c := b.worked(inventory.FIFO)
	same(t, "the sale", cogs(c, 7, 1), inventory.Worth{Quantity: 2 * one, Value: 200})
	same(t, "what lies there", value(c, 1, 1), inventory.Worth{Quantity: 8 * one, Value: 5300})
}

// units is an oracle of first in, first out that knows single units alone.
func TestFIFOIsThatOfSingleUnits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var b book
		var units []int64
		want := map[int64]int64{}
		for line := range int64(rapid.IntRange(1, 40).Draw(r, "steps")) {
			n := rapid.Int64Range(1, 6).Draw(r, "units")
			if len(units) < int(n) || rapid.Bool().Draw(r, "receive") {
				each := rapid.Int64Range(0, 500).Draw(r, "each")
				b.receive(1, 1, n, n*each)
				units = append(units, slices.Repeat([]int64{each}, int(n))...)
				continue
			}
			b.sell(1, 1, line+1, n)
			for _, each := range units[:n] {
				want[line+1] += each
			}
			units = units[n:]
		}
		c := b.worked(inventory.FIFO)
		for line, cost := range want {
			if got := cogs(c, line, 1); got.Value != cost || got.Unknown != 0 {
				r.Fatalf("line %d cost %v instead of %d", line, got, cost)
			}
		}
	})
}

// history draws a ledger: every kind of entry, undone ones, goods that leave before they come.
func (b *book) history(r *rapid.T) (onHand map[[2]int64]inventory.Quantity) {
	onHand = map[[2]int64]inventory.Quantity{}
	undone := map[int64]bool{}
	post := func(e inventory.Entry, cost ...int64) {
		onHand[[2]int64{e.VariantID, e.LocationID}] += e.OnHand
		b.add(e, cost...)
	}
	for step := range int64(rapid.IntRange(1, 60).Draw(r, "steps")) {
		v, l := rapid.Int64Range(1, 3).Draw(r, "variant"), rapid.Int64Range(1, 2).Draw(r, "location")
		q := inventory.Quantity(rapid.Int64Range(1, 12).Draw(r, "halves")) * one / 2
		line := rapid.Int64Range(1, 5).Draw(r, "line")
		e := inventory.Entry{VariantID: v, LocationID: l, OnHand: q}
		ofOrder := inventory.Cause{Kind: inventory.ByOrder, ID: 1, Line: line}
		switch rapid.IntRange(0, 9).Draw(r, "kind") {
		case 0, 1:
			e.Kind = inventory.Receipt
			post(e, rapid.Int64Range(0, 9999).Draw(r, "cost"))
		case 2, 3:
			e.Kind, e.OnHand, e.Cause = inventory.Sale, -q, ofOrder
			post(e)
		case 4:
			e.Kind, e.Cause = inventory.Return, ofOrder
			post(e)
		case 5:
			e.Kind, e.CountID = inventory.Correction, rapid.Int64Range(1, 3).Draw(r, "count")*10+v*2+l
			e.OnHand *= rapid.SampledFrom([]inventory.Quantity{1, -1}).Draw(r, "sign")
			post(e)
		case 6:
			e.Kind, e.OnHand, e.Cause = inventory.TransferOut, -q, inventory.Cause{Kind: "transfer", ID: line}
			post(e)
		case 7:
			e.Kind, e.Cause = inventory.TransferIn, inventory.Cause{Kind: "transfer", ID: line}
			post(e)
		case 8:
			e.Kind, e.Cause = inventory.Assembly, inventory.Cause{Kind: inventory.ByAssembly, ID: step + 1}
			sign := rapid.SampledFrom([]inventory.Quantity{1, -1}).Draw(r, "sign")
			parts := []inventory.Entry{e, e, e}
			for i := range parts {
				parts[i].VariantID, parts[i].OnHand = int64(i+1), -sign*q
			}
			parts[2].OnHand = sign * q
			if sign < 0 {
				parts[0], parts[2] = parts[2], parts[0]
			}
			for _, p := range parts {
				post(p)
			}
		case 9:
			if len(b.entries) == 0 {
				continue
			}
			was := b.entries[rapid.IntRange(0, len(b.entries)-1).Draw(r, "undone")]
			if was.Kind == inventory.Undo || undone[was.ID] {
				continue
			}
			undone[was.ID] = true
			post(inventory.Entry{VariantID: was.VariantID, LocationID: was.LocationID, Kind: inventory.Undo, OnHand: -was.OnHand, Reverses: was.ID, Cause: was.Cause, CountID: was.CountID})
		}
	}
	return onHand
}

// opener is where an entry put goods; the zero value of one that there is not, or that took some away.
func (b *book) opener(id int64) [2]int64 {
	if id < 1 || b.entries[id-1].OnHand <= 0 {
		return [2]int64{}
	}
	return [2]int64{b.entries[id-1].VariantID, b.entries[id-1].LocationID}
}

// keeps holds what was worked out of a random ledger: layers are what is on hand, and what came in is what left and what is there.
func keeps(r *rapid.T, method inventory.Method) {
	var b book
	onHand := b.history(r)
	c := b.worked(method)
	rest := int64(0)
	for _, s := range c.Shelves() {
		w := s.Worth()
		rest += w.Value
		key := [2]int64{s.VariantID, s.LocationID}
		if w.Quantity-s.Short != onHand[key] || w.Quantity != 0 && s.Short != 0 {
			r.Fatalf("%v: %s lie there and %s are short, on hand are %s", key, w.Quantity.Decimal(), s.Short.Decimal(), onHand[key].Decimal())
		}
		for _, l := range s.Layers {
			if l.Left.Quantity <= 0 || l.Left.Value < 0 || l.Left.Unknown < 0 || l.Left.Unknown > l.Left.Quantity {
				r.Fatalf("%v: a layer is %+v", key, *l)
			}
			if by := b.opener(l.EntryID); by != key {
				r.Fatalf("%v: a layer is of %v: %+v", key, by, *l)
			}
		}
		delete(onHand, key)
	}
	for key, q := range onHand {
		if q != 0 {
			r.Fatalf("%v: %s on hand lie on no shelf", key, q.Decimal())
		}
	}
	for _, s := range c.Road() {
		rest += s.Worth().Value
	}
	if c.In != c.Out+rest {
		r.Fatalf("%d came in, %d left and %d are there", c.In, c.Out, rest)
	}
	tells(r, b, method)
}

// tells holds what is told of each entry: once, of all of its goods, and no more than they can be.
func tells(r *rapid.T, b book, method inventory.Method) {
	c, told := inventory.NewCosting(method, nil), map[int64]inventory.Worth{}
	c.Tell = func(e inventory.Entry, w inventory.Worth) {
		if _, before := told[e.ID]; before || w.Quantity != max(e.OnHand, -e.OnHand) || w.Value < 0 || w.Unknown < 0 || w.Unknown > w.Quantity {
			r.Fatalf("of %+v it is told %+v", e, w)
		}
		told[e.ID] = w
	}
	c.Work(b.entries)
	if len(told) != len(b.entries) {
		r.Fatalf("of %d entries %d were told of", len(b.entries), len(told))
	}
}

// What an adjustment cost is told as it was known then: the oldest layer's, and the same again when it is taken back.
func TestAnAdjustmentIsToldAtItsLayers(t *testing.T) {
	var b book
	b.receive(1, 1, 2, 1000)
	b.receive(1, 1, 2, 3000)
	broken := b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Adjusted, OnHand: -3 * one})
	back := b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Undo, OnHand: 3 * one, Reverses: broken})
	c, told := inventory.NewCosting(inventory.FIFO, nil), map[int64]inventory.Worth{}
	c.Tell = func(e inventory.Entry, w inventory.Worth) { told[e.ID] = w }
	c.Work(b.entries)
	same(t, "what broke", told[broken], inventory.Worth{Quantity: 3 * one, Value: 2500})
	same(t, "what was taken back", told[back], inventory.Worth{Quantity: 3 * one, Value: 2500})
}

// Where what was bought is taken back after most was sold, what is left is unknown at most as a whole.
func TestNoMoreIsUnknownThanThereIs(t *testing.T) {
	var b book
	b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Adjusted, OnHand: 10 * one}) // found: nobody knows what it cost
	bought := b.receive(1, 1, 10, 1000)
	b.sell(1, 1, 7, 9)
	b.add(inventory.Entry{VariantID: 1, LocationID: 1, Kind: inventory.Undo, OnHand: -10 * one, Reverses: bought})
	same(t, "what is left", value(b.worked(inventory.Average), 1, 1), inventory.Worth{Quantity: one, Unknown: one})
}

func TestProofCosts(t *testing.T) {
	p := proof.Begin(t, "costs", 0)
	n := p.Size(100, 20_000) - p.Counts["checks"]
	if n <= 0 {
		return
	}
	defer proof.Checks(n)()
	rapid.Check(t, func(r *rapid.T) { keeps(r, inventory.FIFO) })
	rapid.Check(t, func(r *rapid.T) { keeps(r, inventory.Average) })
	if !t.Failed() {
		p.Counts["checks"] += n
		p.Save()
	}
}
