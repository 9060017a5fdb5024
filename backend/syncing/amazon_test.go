package syncing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/amazon"
	amazonsim "tradepost/backend/connectors/amazon/sim"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/schedule"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// bazaar is an engine before a simulated Amazon that enforces its usage plans.
type bazaar struct {
	*testing.T

	clock  *fakeClock
	amazon *amazonsim.Amazon
	store  *store.Store
	engine *syncing.Engine
	made   syncing.Connection
	url    string
	syncs  map[channel.Stream]int64
}

func openBazaar(t *testing.T, listings, orders int, settings ...string) *bazaar {
	t.Helper()
	b := &bazaar{T: t, clock: &fakeClock{now: time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)}, syncs: map[channel.Stream]int64{}}
	b.amazon = amazonsim.New(b.clock.Now, amazonsim.Limited())
	b.amazon.Fill(1, listings, 0, orders)
	server := httptest.NewServer(b.amazon)
	t.Cleanup(server.Close)
	b.url = server.URL
	kept, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: b.clock.Now})
	b.check(err)
	t.Cleanup(func() { _ = kept.Close() })
	b.store = kept
	b.engine = syncing.New(kept, &vault{all: map[string]string{}}, syncing.Options{Clock: b.clock, Find: func(string) channel.Connector { return amazon.New() }})
	t.Cleanup(b.engine.Close)
	options, secrets := b.amazon.Connection(server.URL)
	for n := 0; n+1 < len(settings); n += 2 {
		options[settings[n]] = settings[n+1]
	}
	b.made, err = b.engine.Connect(t.Context(), syncing.Draft{Connector: "amazon", Name: "Amazon.de", Options: options, Secrets: secrets})
	b.check(err)
	syncs, err := kept.Syncs(t.Context(), b.made.ID)
	b.check(err)
	for _, s := range syncs {
		b.syncs[s.Stream] = s.ID
	}
	return b
}

func (b *bazaar) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bazaar) pull(stream channel.Stream) syncing.Result {
	b.Helper()
	result, err := b.engine.Pull(b.Context(), syncing.Request{SyncID: b.syncs[stream], Cause: journal.BySchedule})
	b.check(err)
	return result
}

// people counts the orders that still tell who somebody is.
func (b *bazaar) people() (named []order.Order) {
	b.Helper()
	all, _, err := b.store.FullOrders(b.Context(), order.Filter{Channel: b.made.Channel}, order.Page{Limit: 500})
	b.check(err)
	for _, o := range all {
		if to, _ := o.Party(order.ShipTo); to.Name+to.Line1+to.City != "" {
			named = append(named, o)
		}
	}
	return named
}

// TestPersonalValuesGoThirtyDaysAfterShipment lets two months pass over orders of a marketplace with such a rule.
func TestPersonalValuesGoThirtyDaysAfterShipment(t *testing.T) {
	b := openBazaar(t, 10, 40)
	b.pull(channel.Orders)
	timers, err := b.store.Timers(t.Context())
	b.check(err)
	var timer journal.Timer
	for _, one := range timers {
		if one.Kind == syncing.PurgeTimerKind {
			timer = one
		}
	}
	if timer.ID == 0 || timer.Paused {
		t.Fatalf("no timer purges: %+v", timers)
	}
	before := b.people()
	b.check(b.engine.RunPurge(t.Context(), timer.ID, schedule.CauseTimer))
	after := b.people()
	if len(after) == 0 || len(after) >= len(before) {
		t.Fatalf("of %d orders with people %d are left", len(before), len(after))
	}
	old := commerce.InstantOf(b.clock.Now().Add(-30 * 24 * time.Hour))
	for _, o := range after {
		if shipped := max(o.FulfilledAt, o.CancelledAt); shipped != 0 && shipped < old {
			t.Errorf("%s was shipped at %s and still names somebody", o.Number, shipped)
		}
	}
	gone := len(before) - len(after)
	b.said(gone)
	b.check(b.engine.RunPurge(t.Context(), timer.ID, schedule.CauseTimer))
	if runs := b.purges(); len(runs) != 1 {
		t.Errorf("a purge that finds nothing is written down: %+v", runs)
	}
	b.clock.move(61 * 24 * time.Hour)
	b.check(b.engine.RunPurge(t.Context(), timer.ID, schedule.CauseTimer))
	for _, o := range b.people() {
		if stage := o.Stage(); stage == order.Shipped || stage == order.Cancelled {
			t.Errorf("%s is %s for two months and still names somebody", o.Number, stage)
		}
	}
	b.nowhere(before, b.people())
}

// purges are the runs that purged.
func (b *bazaar) purges() []journal.Run {
	b.Helper()
	runs, err := b.store.Runs(b.Context(), journal.RunFilter{Kind: journal.RunPurge, Limit: 10})
	b.check(err)
	return runs
}

// said fails unless the one run says how many orders were emptied.
func (b *bazaar) said(orders int) {
	b.Helper()
	runs := b.purges()
	if len(runs) != 1 || runs[0].Counts["purged"] < orders || runs[0].Counts["contacts"] == 0 || runs[0].Counts["payloads"] == 0 || runs[0].State != journal.Done {
		b.Errorf("%d orders were emptied, and the run says %+v", orders, runs)
	}
}

// nowhere looks through the whole database for people of orders that were emptied.
func (b *bazaar) nowhere(before, left []order.Order) {
	b.Helper()
	still := map[string]bool{}
	for _, o := range left {
		to, _ := o.Party(order.ShipTo)
		still[to.Line1] = true
	}
	kept := b.dump()
	for _, o := range before {
		if to, _ := o.Party(order.ShipTo); !still[to.Line1] && to.Line1 != "" && regexp.MustCompile(regexp.QuoteMeta(to.Line1)+`\b`).MatchString(kept) {
			b.Errorf("%q of %s is still in the database", to.Line1, o.Number)
		}
	}
}

// dump is what contacts, their versions and payloads hold, as text.
func (b *bazaar) dump() string {
	b.Helper()
	var text strings.Builder
	all, _, err := b.store.FullOrders(b.Context(), order.Filter{}, order.Page{Limit: 500})
	b.check(err)
	for _, o := range all {
		changes, err := b.store.Changes(b.Context(), "order", o.ID)
		b.check(err)
		fmt.Fprintf(&text, "%+v", changes)
		for _, c := range changes {
			if c.MessageID != 0 {
				_, payload, err := b.store.Message(b.Context(), c.MessageID)
				b.check(err)
				text.Write(payload.Raw)
			}
		}
	}
	return text.String()
}

// TestAmazonIsAskedWithinItsPlans lets a connection live for days as its schedules have it, with orders, stock and shipments going on, before an Amazon
// that refuses every call beyond its usage plans.
func TestAmazonIsAskedWithinItsPlans(t *testing.T) {
	b := openBazaar(t, 60, 120)
	days := 2
	if os.Getenv("TRADEPOST_PROOF") == "full" {
		days = 14
	}
	r := rand.New(rand.NewPCG(5, 5))
	manifest := amazon.New().Manifest()
	for minute := range days * 24 * 60 {
		if minute%11 == 0 {
			b.amazon.Place(r)
		}
		for _, info := range manifest.Streams {
			if every := int(info.Every / time.Minute); minute%every == 0 {
				_, err := b.engine.Pull(context.Background(), syncing.Request{SyncID: b.syncs[info.Stream], Cause: journal.BySchedule})
				b.check(err)
			}
		}
		if minute%(6*60) == 0 {
			_, err := b.engine.Check(t.Context(), b.made.ID)
			b.check(err)
		}
		b.clock.move(time.Minute)
	}
	searches, refused := 0, 0
	for _, c := range b.amazon.Desk().Calls() {
		if c.Status == 429 {
			refused++
		}
		if c.Path == "/orders/2026-01-01/orders" {
			searches++
		}
	}
	if refused > 0 || searches == 0 {
		t.Errorf("of %d searches and all else %d calls were refused", searches, refused)
	}
	if known := len(b.people()); known == 0 {
		t.Error("no order came in")
	}
	t.Logf("%d days, %d searches, none refused", days, searches)
}

// TestAReportIsWaitedFor pulls past orders by reports, which Amazon takes a while to make: one run waits for them, and all orders are there once.
func TestAReportIsWaitedFor(t *testing.T) {
	b := openBazaar(t, 10, 40, "past_orders", "reports")
	result := b.pull(channel.Orders)
	known, _, err := b.store.FullOrders(t.Context(), order.Filter{Channel: b.made.Channel}, order.Page{Limit: 500})
	b.check(err)
	if all := b.amazon.IDs(channel.Orders); result.Quarantined > 0 || len(known) != len(all) {
		t.Errorf("of %d orders %d are known: %+v", len(all), len(known), result)
	}
	if again := b.pull(channel.Orders); again.New+again.Quarantined > 0 {
		t.Errorf("the look after it finds %+v", again)
	}
	for _, c := range b.amazon.Desk().Calls() {
		if c.Status == 429 {
			t.Fatalf("%s was refused", c.Path)
		}
	}
}

// TestWhatLiesAtAVendorIsNotTold counts everything here, and looks what Amazon would be told: only what is shipped from here. An order that Amazon ships is nothing
// to be shipped.
func TestWhatLiesAtAVendorIsNotTold(t *testing.T) {
	b := openBazaar(t, 20, 60)
	b.pull(channel.Products)
	b.pull(channel.Stock)
	b.pull(channel.Orders)
	own := map[string]bool{}
	for _, g := range b.amazon.Goods() {
		own[g.SKU] = true
	}
	b.check(b.store.InTx(t.Context(), false, func(tx intake.Tx) error {
		run := journal.Run{Kind: journal.RunImport, Cause: journal.ByPerson, ChannelID: b.made.ChannelID}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		for _, sku := range b.amazon.IDs(channel.Products) {
			stated := intake.Stated{Kind: intake.StockCounts, Values: map[string]string{"sku": sku, "on_hand": "3"}}
			if _, err := intake.Apply(tx, intake.ModeMerge, intake.Received{Stated: stated, Payload: &journal.Payload{},
				Message: journal.Message{ChannelID: b.made.ChannelID, RunID: run.ID, Kind: intake.RecordKind(intake.StockCounts), Name: sku, Rows: []int{2}}}); err != nil {
				return err
			}
		}
		return nil
	}))
	plan, err := b.engine.PlanPush(t.Context(), b.made.ID, false, false)
	b.check(err)
	told := 0
	for _, i := range plan.Intents {
		if i.Operation != channel.SetStock {
			continue
		}
		if told++; !own[i.Target] || i.Location != "DEFAULT" {
			t.Errorf("Amazon would be told %s of %s at %q", i.Wanted, i.Target, i.Location)
		}
	}
	if told == 0 || len(plan.Warnings) > 0 {
		t.Errorf("%d of %d of our own are told, with %v", told, len(own), plan.Warnings)
	}
	orders, _, err := b.store.FullOrders(t.Context(), order.Filter{Channel: b.made.Channel}, order.Page{Limit: 500})
	b.check(err)
	theirs := 0
	for _, o := range orders {
		if o.FulfilledBy != order.ByChannel {
			continue
		}
		if theirs++; o.Stage() == order.ToShip {
			t.Errorf("%s is shipped by Amazon and waits here", o.Number)
		}
	}
	if theirs == 0 {
		t.Error("Amazon ships nothing")
	}
}
