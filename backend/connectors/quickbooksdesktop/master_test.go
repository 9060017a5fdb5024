package quickbooksdesktop_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
)

// mug says how the mug stands here: on hand, reserved, available.
func (d *desk) mug() string {
	d.t.Helper()
	id, err := d.store.VariantBySKU(context.Background(), "MUG-1")
	d.must(err)
	v, err := d.store.StockOf(context.Background(), id)
	d.must(err)
	return fmt.Sprint(v.OnHand().Decimal(), " ", v.Reserved().Decimal(), " ", v.Available().Decimal())
}

// lists has QuickBooks asked for its lists anew, and reads them.
func (d *desk) lists() {
	d.t.Helper()
	d.now = d.now.Add(time.Hour)
	syncs, err := d.store.Syncs(context.Background(), d.at.ID)
	d.must(err)
	for _, s := range syncs {
		if s.Stream == channel.Lists {
			_, _ = d.engine.Pull(context.Background(), syncing.Request{SyncID: s.ID}) // it waits until the Web Connector calls
		}
	}
	d.update()
}

// What QuickBooks counts of an item is what counts here, whichever of the two knows of an order first.
func TestTheLedgerFollowsTheItemListOfTheBooks(t *testing.T) {
	d := openDesk(t)
	d.company.AddItem("MUG-1", "Merchandise Sales", "12")
	_, err := d.store.AddLocation(context.Background(), inventory.Location{Name: "Main"})
	d.must(err)
	_, err = d.store.AddVariant(context.Background(), "MUG-1", "Mug")
	d.must(err)
	d.update()
	o := paid()
	o.Fulfillment = "unfulfilled"
	d.sell("1001", o)
	_, err = d.store.SaveStockRule(context.Background(), inventory.Rule{Scope: inventory.OfChannel, RecordID: d.channel.ID, Master: inventory.ByBooks}, -1)
	d.must(err)
	d.mapping(func(m *accounting.Mapping, r *accounting.Rule) { r.Post = true })

	d.lists()
	if got := d.mug(); got != "12 2 10" {
		t.Errorf("before the order is posted the mug stands as %s", got)
	}
	runs, err := d.store.Runs(context.Background(), journal.RunFilter{Kind: journal.RunSync, Limit: 20})
	d.must(err)
	counted := 0
	for _, r := range runs {
		counted += r.Counts["counted"]
	}
	if counted == 0 {
		t.Errorf("no run says that it counted: %+v", runs)
	}
	if all := d.postings("posted"); len(all) == 0 {
		t.Fatal("the order was not posted")
	}
	d.lists()
	if got := d.mug(); got != "12 2 10" { // QuickBooks took them off: they wait here still
		t.Errorf("after the order is posted the mug stands as %s", got)
	}
	w, err := d.engine.MastersWord(context.Background(), d.channel.ID)
	if err != nil || w.Levels != 1 || len(w.Words) != 0 {
		t.Errorf("%+v %v", w, err)
	}
}

// What QuickBooks says of its stock is not told to it as adjustments, which it would say again.
func TestWhatTheBooksSayIsNotPostedToThem(t *testing.T) {
	d := openDesk(t)
	d.company.AddItem("MUG-1", "Merchandise Sales", "12")
	_, err := d.store.AddLocation(context.Background(), inventory.Location{Name: "Main"})
	d.must(err)
	mug := d.shelve("MUG-1", "5", "20")
	d.update()
	d.sell("1001", unpaidMug())
	_, err = d.store.SaveStockRule(context.Background(), inventory.Rule{Scope: inventory.OfChannel, RecordID: d.channel.ID, Master: inventory.ByBooks}, -1)
	d.must(err)
	d.mapping(func(m *accounting.Mapping, r *accounting.Rule) {
		stocked(accounting.PerMovement, accounting.ByLedger)(m, r)
		m.Items["mug-1"] = accounting.Target{Name: "MUG-1"}
		m.From = "2026-03-20" // the order is of before
	})
	d.lists()
	if got, _ := d.there("MUG-1"); got != "12" || d.mug() != "14 2 12" {
		t.Fatalf("there are %s there, here %s", got, d.mug())
	}
	lose := func() {
		t.Helper()
		_, err := d.store.AdjustStock(context.Background(), inventory.Adjustment{VariantID: mug, By: -inventory.One, Reason: "broken", Version: -1})
		d.must(err)
	}
	lose()
	d.lists()
	d.lists()
	if got, _ := d.there("MUG-1"); got != "12" || len(d.company.Txns()) != 0 {
		t.Errorf("there are %s, by %+v", got, d.company.Txns())
	}
	// A person says the stock here again: what is adjusted from then on is told, what QuickBooks said is not.
	_, err = d.store.SaveStockRule(context.Background(), inventory.Rule{Scope: inventory.OfChannel, RecordID: d.channel.ID, Master: inventory.Here}, -1)
	d.must(err)
	lose()
	d.update()
	txns := d.company.Txns()
	if got, _ := d.there("MUG-1"); len(txns) != 1 || got != "11" {
		t.Errorf("there are %s, by %+v", got, txns)
	}
}

// unpaidMug is an order of two mugs that waits to be sent.
func unpaidMug() order.Order {
	o := paid()
	o.Fulfillment = order.Unfulfilled
	return o
}
