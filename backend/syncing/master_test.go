package syncing_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
)

// openMastered is a stall whose market is the master of its stock.
func openMastered(t *testing.T, wares int, master inventory.Master) *stall {
	t.Helper()
	s := openStall(t, newMarket(wares), syncing.Automatic)
	s.linked()
	s.ruled(inventory.Rule{Master: master})
	s.clock.move(time.Minute)
	return s
}

// stands says how a ware stands here: on hand, reserved, available.
func (s *stall) stands(id string) string {
	s.t.Helper()
	v, err := s.store.StockOf(context.Background(), s.variant(id))
	s.must(err)
	return fmt.Sprint(v.OnHand().Decimal(), " ", v.Reserved().Decimal(), " ", v.Available().Decimal())
}

func (s *stall) is(id, want string) {
	s.t.Helper()
	if got := s.stands(id); got != want {
		s.t.Errorf("%s stands as %q instead of %q", id, got, want)
	}
}

func (s *stall) sound() {
	s.t.Helper()
	for _, check := range s.store.Examine(context.Background()) {
		if !check.OK && check.Name == "stock" {
			s.t.Error(check.Words)
		}
	}
}

func TestTheLedgerFollowsAChannelThatIsTheMaster(t *testing.T) {
	s := openMastered(t, 2, inventory.ByChannel)
	s.pullOf(channel.Stock)
	s.is("100", "5 0 5")
	s.clock.move(time.Hour)
	s.market.set("100", "8")
	s.pullOf(channel.Stock)
	s.is("100", "8 0 8")
	entries, err := s.store.StockEntries(context.Background(), s.variant("100"), 0, 0, 10)
	s.must(err)
	if len(entries) != 2 || entries[0].Kind != inventory.Correction || entries[0].OnHand != 3*inventory.One || entries[0].Cause.Kind != inventory.ByRun || !strings.Contains(entries[0].Run, "Stall") {
		t.Fatalf("the ledger has %+v", entries)
	}
	run, err := s.store.Run(context.Background(), entries[0].Cause.ID)
	if err != nil || run.Kind != journal.RunSync || run.Counts["counted"] != 1 {
		t.Errorf("%+v %v", run, err)
	}
	s.clock.move(time.Hour)
	s.pullOf(channel.Stock)
	if again, err := s.store.StockEntries(context.Background(), s.variant("100"), 0, 0, 10); err != nil || len(again) != 2 {
		t.Errorf("the same number is counted again: %+v %v", again, err)
	}
	if len(s.market.log) != 0 {
		t.Errorf("it was told %+v", s.market.log)
	}
	s.sound()
}

// What waits for the channel's own orders lies there still, whichever of the two is known first.
func TestOwnOrdersOfAMasterAreNotCountedTwice(t *testing.T) {
	for name, first := range map[string]channel.Stream{"stock first": channel.Stock, "orders first": channel.Orders} {
		t.Run(name, func(t *testing.T) {
			s := openMastered(t, 1, inventory.ByChannel)
			s.pullOf(channel.Stock)
			s.clock.move(time.Hour)
			s.sells("100", 2)
			s.clock.move(time.Minute)
			s.pullOf(first)
			s.pullOf(channel.Orders)
			s.clock.move(time.Minute)
			s.pullOf(channel.Stock)
			s.is("100", "5 2 3")
			s.clock.move(time.Hour)
			s.pullOf(channel.Stock)
			s.is("100", "5 2 3")
			s.sound()
		})
	}
}

func TestACountHereStandsUntilTheMasterIsLookedAtAgain(t *testing.T) {
	s := openMastered(t, 1, inventory.ByChannel)
	s.pullOf(channel.Stock)
	s.clock.move(time.Hour)
	s.count(map[string]int{"100": 9})
	if w, err := s.engine.MastersWord(t.Context(), s.conn.ChannelID); err != nil || len(w.Words) != 0 {
		t.Errorf("%+v %v", w, err)
	}
	s.clock.move(time.Minute)
	s.pullOf(channel.Stock)
	s.is("100", "5 0 5")
	s.sound()
}

// An ERP knows the orders of all channels: its number has all of them taken off.
func TestWhatAnERPSaysHasAllOrdersTakenOff(t *testing.T) {
	for master, want := range map[inventory.Master]string{inventory.ByChannel: "5 2 3", inventory.ByAccounts: "7 2 5"} {
		t.Run(string(master), func(t *testing.T) {
			s := openMastered(t, 1, master)
			s.pullOf(channel.Stock)
			s.clock.move(time.Minute)
			s.elsewhere("100", 2)
			s.clock.move(time.Minute)
			s.market.set("100", "6")
			s.pullOf(channel.Stock)
			s.market.set("100", "5")
			s.clock.move(time.Minute)
			s.pullOf(channel.Stock)
			s.is("100", want)
			s.sound()
		})
	}
}

func TestAMastersPlacesAreOurLocations(t *testing.T) {
	m := newMarket(1)
	m.places, m.wares["100"].There = true, "4"
	s := openStall(t, m, syncing.Automatic)
	s.linked()
	s.ruled(inventory.Rule{Master: inventory.ByChannel})
	s.clock.move(time.Minute)
	s.pullOf(channel.Stock)
	if v, err := s.store.StockOf(context.Background(), s.variant("100")); err != nil || v.Tracked() {
		t.Errorf("nobody said which of its places are ours, and it is counted: %+v %v", v, err)
	}
	s.placed(map[string]string{"A": "Berlin", "B": "Munich"})
	s.clock.move(time.Minute)
	s.pullOf(channel.Stock)
	v, err := s.store.StockOf(context.Background(), s.variant("100"))
	s.must(err)
	if len(v.Levels) != 2 || v.Levels[0].Location != "Berlin" || v.Levels[0].OnHand != 5*inventory.One || v.Levels[1].OnHand != 4*inventory.One {
		t.Errorf("%+v", v.Levels)
	}
	s.sound()
}

// A master that loses its goods, or shows none of them any more, must not empty what lies here: a person looks first.
func TestAWipeAtTheMasterWaitsForAPerson(t *testing.T) {
	s := openMastered(t, 8, inventory.ByChannel)
	s.pullOf(channel.Stock)
	s.clock.move(time.Hour)
	for id := range s.market.wares {
		s.market.set(id, "0")
	}
	s.pullOf(channel.Stock)
	s.is("100", "5 0 5")
	held, err := s.engine.HeldWords(t.Context())
	if err != nil || len(held) != 1 || !strings.HasSuffix(held[0].Held, " says that nothing is left of 8 of 8 products.") {
		t.Fatalf("%+v %v", held, err)
	}
	runs, err := s.store.Runs(context.Background(), journal.RunFilter{Kind: journal.RunSync, Limit: 1})
	if err != nil || runs[0].State != journal.Partial || runs[0].Problem == nil || runs[0].Problem.Code != "word_held" {
		t.Errorf("the look ended as %+v %v", runs, err)
	}
	run, err := s.engine.TakeWord(t.Context(), s.conn.ChannelID)
	s.must(err)
	s.is("100", "0 0 0")
	if run.Kind != journal.RunStock || run.State != journal.Done || run.Counts["counted"] != 8 {
		t.Errorf("%+v", run)
	}
	if held, err = s.engine.HeldWords(t.Context()); err != nil || len(held) != 0 {
		t.Errorf("%+v %v", held, err)
	}
	if _, err = s.engine.TakeWord(t.Context(), s.conn.ChannelID); !fault.Is(err, fault.Conflict) {
		t.Errorf("there is nothing to count: %v", err)
	}
	s.sound()
}

func TestFewAtZeroAreOrdinary(t *testing.T) {
	s := openMastered(t, 8, inventory.ByChannel)
	s.pullOf(channel.Stock)
	s.clock.move(time.Hour)
	s.market.set("100", "0")
	s.market.set("101", "0")
	s.pullOf(channel.Stock)
	s.is("100", "0 0 0")
	s.is("102", "5 0 5")
}

// elsewhere sells so many of a ware on another channel, which is told by files alone.
func (s *stall) elsewhere(id string, pieces int) {
	s.t.Helper()
	at, err := s.store.AddChannel(context.Background(), channel.Channel{Name: "Bazaar", Kind: "other"})
	s.must(err)
	sku := s.market.wares[id].SKU
	o := order.Order{ExternalID: "E1", Number: "#E1", Currency: "USD", Total: commerce.Minor(5000), Financial: order.Paid, Fulfillment: order.Unfulfilled,
		Placed: commerce.Stamp{At: commerce.InstantOf(s.clock.Now()), Precision: commerce.PrecisionSecond, Zone: "UTC"},
		Lines:  []order.Line{{ExternalID: "E1-1", Position: 1, SKU: sku, Title: sku, Quantity: commerce.Decimal(strconv.Itoa(pieces)), UOM: "each"}}}
	s.must(s.store.InTx(context.Background(), false, func(tx intake.Tx) error {
		_, err := intake.Apply(tx, intake.ModeMerge, intake.Received{Order: o, Message: journal.Message{ChannelID: at.ID, Kind: "orders", Source: "file", Name: o.Number}})
		return err
	}))
}
