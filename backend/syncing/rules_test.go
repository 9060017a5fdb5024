package syncing_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// ruled says a rule of the stall's channel.
func (s *stall) ruled(r inventory.Rule) {
	s.t.Helper()
	r.Scope, r.RecordID = inventory.OfChannel, s.conn.ChannelID
	_, err := s.store.SaveStockRule(context.Background(), r, -1)
	s.must(err)
}

func TestAChannelIsToldWhatItsRuleLeaves(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.ruled(inventory.Rule{Buffer: "3", EndWhen: "2"})
	s.count(map[string]int{"100": 10, "101": 2})
	s.pushed()
	if a, b := s.market.stock("100"), s.market.stock("101"); a != "7" || b != "0" {
		t.Fatalf("told %s and %s", a, b)
	}
	reasons := []string{s.intents()[0].Reason, s.intents()[1].Reason}
	if !slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(r, "10 available: 10 on hand; less 3 kept back → 7") }) {
		t.Errorf("it says %q", reasons)
	}
	s.ruled(inventory.Rule{})
	s.pushed()
	if a, b := s.market.stock("100"), s.market.stock("101"); a != "10" || b != "2" {
		t.Errorf("without the rule it was told %s and %s", a, b)
	}
}

func TestARuleOfAListingGoesBeforeThatOfItsChannel(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.ruled(inventory.Rule{Most: "4"})
	offers, err := s.store.Offers(context.Background(), s.conn.ChannelID)
	s.must(err)
	_, err = s.store.SaveStockRule(context.Background(), inventory.Rule{Scope: inventory.OfListing, RecordID: offers[0].ListingID, Most: "6"}, 0)
	s.must(err)
	s.count(map[string]int{"100": 10, "101": 10})
	s.pushed()
	if a, b := s.market.stock("100"), s.market.stock("101"); a != "6" || b != "4" {
		t.Errorf("told %s and %s", a, b)
	}
}

func TestAChannelThatIsTheMasterOfItsStockIsToldNothing(t *testing.T) {
	s := openStall(t, newMarket(1), syncing.Automatic)
	s.ruled(inventory.Rule{Master: inventory.ByChannel})
	s.count(map[string]int{"100": 1})
	s.pushed()
	if len(s.market.log) != 0 {
		t.Errorf("it was told %+v", s.market.log)
	}
}

// tells lets the engine hear of what moves, as the program does.
func (s *stall) tells() { s.moved.Store(s.engine) }

func TestWhatMovesIsToldAtOnce(t *testing.T) {
	s := openStall(t, newMarket(30), syncing.Automatic)
	s.tells()
	s.count(map[string]int{"100": 9})
	s.engine.Wait()
	if s.market.stock("100") != "9" {
		t.Fatalf("told %s", s.market.stock("100"))
	}
	if log := s.market.log; len(log) != 1 {
		t.Errorf("%+v", log)
	}
}

// A stock start may find nothing where a channel shows some.
func TestAStartAtNothingIsToldAtOnce(t *testing.T) {
	s := openStall(t, newMarket(30), syncing.Automatic)
	s.tells()
	s.count(map[string]int{"100": 0})
	s.engine.Wait()
	if s.market.stock("100") != "0" {
		t.Errorf("the channel still shows %s", s.market.stock("100"))
	}
}

// What a person types into the grid is told at once, as a sale is.
func TestWhatIsTypedIsToldAtOnce(t *testing.T) {
	s := openStall(t, newMarket(30), syncing.Automatic)
	s.count(map[string]int{"100": 9})
	s.pushed()
	s.tells()
	was := 9 * inventory.One
	_, done, err := s.store.ApplyEdits(t.Context(), inventory.Batch{Edits: []inventory.Edit{{SKU: s.market.wares["100"].SKU, To: 4 * inventory.One, Was: &was}}})
	if err != nil {
		t.Fatalf("%v: %+v", err, done)
	}
	s.engine.Wait()
	if s.market.stock("100") != "4" {
		t.Errorf("the channel still shows %s", s.market.stock("100"))
	}
}

// A file with a few counts is told at once; one with many waits for the plan of all, and its guard.
func TestAFileWithFewCountsIsToldAtOnce(t *testing.T) {
	s := openStall(t, newMarket(60), syncing.Automatic)
	s.bulk = true
	s.tells()
	s.count(map[string]int{"100": 9, "101": 8})
	s.engine.Wait()
	if a, b := s.market.stock("100"), s.market.stock("101"); a != "9" || b != "8" {
		t.Errorf("the channel still shows %s and %s", a, b)
	}
	many := map[string]int{}
	for i := range 20 {
		many[strconv.Itoa(110+i)] = 7
	}
	s.count(many)
	s.engine.Wait()
	if s.market.stock("110") == "7" {
		t.Error("many are told one by one")
	}
}

// A wipe in small pieces is one: what went to zero by itself within the hour counts.
func TestAWipeInSmallPiecesIsStopped(t *testing.T) {
	s := openStall(t, newMarket(60), syncing.Automatic)
	here := map[string]int{}
	for i := range 60 {
		here[strconv.Itoa(100+i)] = 5
	}
	s.count(here)
	s.pushed()
	s.tells()
	for i := range 40 {
		s.count(map[string]int{strconv.Itoa(100 + i): 0})
		s.engine.Wait()
	}
	wiped := 0
	for id := range here {
		if s.market.stock(id) == "0" {
			wiped++
		}
	}
	if wiped > 13 {
		t.Errorf("%d of 60 were wiped", wiped)
	}
	if open := s.waiting(); len(open) != 1 || open[0].Blocked == "" {
		t.Errorf("nobody is asked: %+v", open)
	}
}

// What is raised to zero from below nothing is no part of a wipe.
func TestWhatStoodBelowNothingIsNoWipe(t *testing.T) {
	market := newMarket(60)
	for i := range 30 {
		market.wares[strconv.Itoa(100+i)].Stock = "-1"
	}
	s := openStall(t, market, syncing.Automatic)
	s.tells()
	for i := range 30 {
		s.count(map[string]int{strconv.Itoa(100 + i): 0})
		s.engine.Wait()
	}
	s.count(map[string]int{"140": 0})
	s.engine.Wait()
	if below, last := market.stock("129"), market.stock("140"); below != "0" || last != "0" {
		t.Errorf("the channel has %s and %s", below, last)
	}
	if open := s.waiting(); len(open) != 0 {
		t.Errorf("it asks: %+v", open[0].Blocked)
	}
}

// What orders sell out, one by one, is no wipe.
func TestWhatOrdersSellOutIsNoWipe(t *testing.T) {
	s := openStall(t, newMarket(60), syncing.Automatic)
	here := map[string]int{}
	for i := range 60 {
		here[strconv.Itoa(100+i)] = 2
	}
	s.count(here)
	s.pushed()
	s.approveAll()
	s.pushed()
	s.tells()
	for i := range 25 {
		id := strconv.Itoa(100 + i)
		s.market.mutex.Lock()
		s.market.wares[id].Stock = "0"
		s.market.deals[id] = &deal{ID: id, Number: "#" + id, Lines: []string{s.market.wares[id].SKU}}
		s.market.mutex.Unlock()
		s.pullOrders()
		s.engine.Wait()
		s.pushed()
	}
	if open := s.waiting(); len(open) != 0 {
		t.Errorf("it asks: %+v", open[0].Blocked)
	}
}

func (s *stall) pullOrders() {
	s.t.Helper()
	syncs, err := s.store.Syncs(context.Background(), s.conn.ID)
	s.must(err)
	for _, one := range syncs {
		if one.Stream == channel.Orders {
			_, err := s.engine.Pull(context.Background(), syncing.Request{SyncID: one.ID})
			s.must(err)
		}
	}
}

// A channel that does not have what it was told has sold: its orders are pulled before anything is said of it.
func TestOrdersArePulledWhereAChannelDoesNotHaveWhatItWasTold(t *testing.T) {
	s := openStall(t, newMarket(1), syncing.Automatic)
	s.count(map[string]int{"100": 8})
	s.pushed()
	s.clock.move(time.Hour)
	s.market.mutex.Lock()
	s.market.wares["100"].Stock = "6"
	s.market.deals["1"] = &deal{ID: "1", Number: "#1", Lines: []string{"SKU-0"}} // two of it
	s.market.mutex.Unlock()
	s.count(map[string]int{"100": 9}) // one more was found
	writes := len(s.market.log)
	s.pushed()
	if s.market.stock("100") != "7" {
		t.Errorf("told %s: %+v", s.market.stock("100"), s.market.log[writes:])
	}
	if got := s.market.log[writes:]; len(got) != 1 || got[0].value != "7" {
		t.Errorf("it was told %+v", got)
	}
}

func TestARunAskedForWhileAnotherGoesOnFollowsIt(t *testing.T) {
	m := newMarket(30)
	s := openStall(t, m, syncing.Automatic)
	s.tells()
	once := true
	m.told = func(channel.Intent) {
		if once {
			once = false
			m.mutex.Unlock()
			s.count(map[string]int{"101": 3})
			m.mutex.Lock()
		}
	}
	s.count(map[string]int{"100": 9})
	s.engine.Wait()
	if a, b := m.stock("100"), m.stock("101"); a != "9" || b != "3" {
		t.Errorf("told %s and %s", a, b)
	}
}

// What is read at a glance leaves nothing out that a whole reckoning would say something of, whatever the rules.
func TestAGlanceLeavesNothingOut(t *testing.T) {
	source := rand.New(rand.NewPCG(11, 11))
	s := openStall(t, newMarket(25), syncing.Automatic)
	ctx := context.Background()
	maybe := func(most int) commerce.Decimal {
		if source.IntN(2) == 0 {
			return ""
		}
		return commerce.Decimal(strconv.Itoa(source.IntN(most)))
	}
	for range 60 {
		some := map[string]int{}
		for range source.IntN(6) {
			some[strconv.Itoa(100+source.IntN(22))] = source.IntN(15) // three are never counted
		}
		s.count(some)
		s.market.set(strconv.Itoa(100+source.IntN(25)), strconv.Itoa(source.IntN(15)))
		s.pull()
		all, err := s.store.Offers(ctx, s.conn.ChannelID)
		s.must(err)
		rule := inventory.Rule{Scope: inventory.Scopes[source.IntN(4)], Buffer: maybe(6), Percent: maybe(60), EndWhen: maybe(6), Most: maybe(9)}
		switch rule.Scope {
		case inventory.OfAll:
			rule.LastUnits = maybe(5)
		case inventory.OfChannel:
			rule.RecordID, rule.LagMost = s.conn.ChannelID, maybe(2)
		case inventory.OfVariant:
			rule.RecordID = all[source.IntN(len(all))].Stock.VariantID
		case inventory.OfListing:
			rule.RecordID = all[source.IntN(len(all))].ListingID
		}
		_, err = s.store.SaveStockRule(ctx, rule, -1)
		s.must(err)
		all, err = s.store.Offers(ctx, s.conn.ChannelID)
		s.must(err)
		glance, counted, err := s.store.UnlikeOffers(ctx, s.conn.ChannelID)
		s.must(err)
		tracked := 0
		for _, o := range all {
			at := slices.IndexFunc(glance, func(g syncing.Offer) bool { return g.ListingID == o.ListingID })
			if o.Counted {
				tracked++
			}
			if differs := o.Counted && o.Levels[0].Quantity != strconv.FormatInt(o.Whole, 10); differs && at < 0 {
				t.Fatalf("%s shows %s, may show %d: %s", o.Name, o.Levels[0].Quantity, o.Whole, o.Offered.Explain())
			}
			if at >= 0 && glance[at].Whole != o.Whole {
				t.Fatalf("%s: %d at a glance, %d in whole", o.Name, glance[at].Whole, o.Whole)
			}
		}
		if counted != tracked && counted != 0 {
			t.Fatalf("%d counted, %d are tracked", counted, tracked)
		}
		if source.IntN(2) == 0 {
			s.pushed()
		}
	}
}

func TestAGlanceReadsFewOfMany(t *testing.T) {
	s := openStall(t, newMarket(50), syncing.Automatic)
	s.ruled(inventory.Rule{Buffer: "1", Percent: "10", Most: "9", EndWhen: "2"})
	here := map[string]int{}
	for i := range 50 {
		here[strconv.Itoa(100+i)] = i / 2
	}
	s.count(here)
	s.approveAll()
	s.pushed()
	s.approveAll()
	s.pushed()
	s.market.set("120", "77")
	s.pull()
	glance, _, err := s.store.UnlikeOffers(context.Background(), s.conn.ChannelID)
	s.must(err)
	if len(glance) != 1 || glance[0].Target != "120" {
		t.Errorf("%d are read", len(glance))
	}
}

// A kit and what it consists of sell of one pool.
func TestAKitSharesTheLastUnitsOfItsParts(t *testing.T) {
	m := newMarket(2)
	m.compare = true
	s := openStall(t, m, syncing.Automatic)
	ctx := context.Background()
	offers, err := s.store.Offers(ctx, s.conn.ChannelID)
	s.must(err)
	part, kit := offers[0].Stock.VariantID, offers[1].Stock.VariantID
	_, err = s.store.DefineKit(ctx, inventory.Kit{VariantID: kit, Kind: inventory.Virtual, Items: []inventory.Component{{VariantID: part, Quantity: 2 * inventory.One}}})
	s.must(err)
	s.count(map[string]int{"100": 5})
	_, err = s.store.SaveStockRule(ctx, inventory.Rule{Scope: inventory.OfAll, LastUnits: "9"}, -1)
	s.must(err)
	for range 6 {
		s.clock.move(time.Minute)
		s.pull()
		s.pushed()
		s.engine.Wait()
	}
	single, _ := strconv.Atoi(s.market.stock("100"))
	sets, _ := strconv.Atoi(s.market.stock("101"))
	if sum := single + 2*sets; sum > 5 || single == 0 || sets == 0 {
		t.Errorf("%d single and %d sets of 5: %+v", single, sets, s.market.log)
	}
}

// A raise waits for as long as a paused channel may still sell what it shows.
func TestAPausedChannelKeepsWhatItMaySell(t *testing.T) {
	f := openFair(t, 5, true, mutant{})
	f.quiet = true
	for range 4 {
		f.clock.move(time.Hour)
		for n := range f.booths {
			f.pull(n, "")
			f.push(n)
		}
	}
	held := f.booths[0].shown
	f.pause(0, true)
	f.booths[1].shown, f.booths[2].shown = 0, 0 // sold out: nobody told of it yet
	f.booths[1].sales = append(f.booths[1].sales, bought{"booth-1-x", f.shelf - held, f.clock.Now().UnixMilli()})
	f.sold = f.shelf - held
	for range 4 {
		f.clock.move(time.Hour)
		for n := 1; n < 3; n++ {
			f.pull(n, "")
			f.push(n)
		}
	}
	if held == 0 || f.booths[0].shown != held || f.booths[1].shown+f.booths[2].shown != 0 {
		t.Errorf("%d on the paused one, %d and %d beside it, of %d left", f.booths[0].shown, f.booths[1].shown, f.booths[2].shown, f.shelf-f.sold)
	}
}
