package syncing_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/inventory"
)

// theirs reads the levels at Amazon's own places, by SKU: what lies there, and what of it is kept for orders.
func (b *bazaar) theirs() map[string][2]int64 {
	b.Helper()
	found := map[string][2]int64{}
	places, err := b.store.Locations(b.Context())
	b.check(err)
	theirs := 0
	for _, at := range places {
		if at.ChannelID == b.made.ChannelID {
			theirs++
		}
	}
	if theirs != 1 {
		b.Fatalf("there are %d places of Amazon's: %+v", theirs, places)
	}
	all, err := b.store.Stock(b.Context(), "", 0, 500)
	b.check(err)
	for _, stock := range all {
		for _, l := range stock.Levels {
			if l.ChannelID != inventory.Own {
				found[stock.SKU] = [2]int64{int64(l.OnHand / inventory.One), int64(l.Reserved / inventory.One)}
			}
		}
	}
	return found
}

// TestWhatAmazonKeepsIsInTheLedger lets Amazon sell and ship out of its own warehouses: what lies there is in the ledger as its own pool, orders consume it, and
// no other stock follows.
func TestWhatAmazonKeepsIsInTheLedger(t *testing.T) {
	b := openBazaar(t, 20, 30)
	for _, stream := range []channel.Stream{channel.Products, channel.Stock, channel.Orders} {
		b.pull(stream)
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 6 {
		for range 8 {
			b.amazon.Place(r)
			b.clock.move(time.Minute)
		}
		for _, id := range b.amazon.IDs(channel.Orders) {
			if r.IntN(6) == 0 {
				b.amazon.Change(channel.Orders, id, r)
			}
		}
		b.clock.move(40 * time.Minute)
		b.pull(channel.Orders)
		b.pull(channel.Stock)
		ledger, there := b.theirs(), b.amazon.Warehouses()
		if len(there) == 0 || len(ledger) != len(there) {
			t.Fatalf("in the ledger %v, at Amazon %v", ledger, there)
		}
		for sku, at := range there {
			if is := ledger[sku]; is[0] != at.Offered+at.Waits || is[1] != at.Waits {
				t.Errorf("%s: %v on hand and reserved here, at Amazon %+v", sku, is, at)
			}
		}
	}
}
