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
