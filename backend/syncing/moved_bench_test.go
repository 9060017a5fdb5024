package syncing_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
	"tradepost/build/proof"
)

const benchPlaces = 5 // locations, and channels

// openWarehouse is a workspace with many SKUs at five locations on five channels, each of which shows what it may.
// TRADEPOST_PROOF=full is 100,000 of them.
func openWarehouse(b *testing.B) (s *store.Store, e *syncing.Engine, conns []syncing.Connection, skus int) {
	b.Helper()
	skus = 2_000
	if proof.Full() {
		skus = 100_000
	}
	ctx, dir := context.Background(), b.TempDir()
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	m := newMarket(0)
	e = syncing.New(s, &vault{all: map[string]string{}}, syncing.Options{Find: func(string) channel.Connector { return m }})
	b.Cleanup(e.Close)
	for n := range benchPlaces {
		c, err := e.Connect(ctx, syncing.Draft{Connector: "market", Name: fmt.Sprint("Stall ", n), Approval: syncing.Automatic})
		if err != nil {
			b.Fatal(err)
		}
		conns = append(conns, c)
	}
	fillWarehouse(b, filepath.Join(dir, "tradepost.db"), skus)
	return s, e, conns, skus
}

// fillWarehouse writes past the program: through it, it would take minutes.
func fillWarehouse(b *testing.B, path string, skus int) {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=10000&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) `
	for _, statement := range []string{
		`INSERT INTO location (name, kind, rank, seq) WITH RECURSIVE p(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM p WHERE j < 5) SELECT 'Place ' || j, 'own', j, 0 FROM p WHERE ?1 > 0`,
		`INSERT INTO product (id, title, created_at, seq) ` + many + `SELECT i, 'P', 0, 0 FROM n`,
		`INSERT INTO variant (id, product_id, sku, sku_key, title, created_at, seq) ` + many + `SELECT i, i, 'S-' || i, 's-' || i, 'V', 0, 0 FROM n`,
		`INSERT INTO listing (channel_id, sku, sku_key, title, variant_id, created_at, seq, external_id, tracked, status)
			SELECT c.id, v.sku, v.sku_key, v.title, v.id, 0, 0, 'x' || v.id, 'true', 'active' FROM variant v CROSS JOIN channel c WHERE c.id IN (SELECT channel_id FROM connection) AND ?1 > 0`,
		`INSERT INTO listing_level (listing_id, location, quantity, observed_at, pushed, seq) SELECT id, '', '500', 0, '500', 0 FROM listing WHERE ?1 > 0`,
		`INSERT INTO stock_start (variant_id, location_id, started_at, quantity, seq) SELECT v.id, l.id, 1, 100000000, 0 FROM variant v CROSS JOIN location l WHERE ?1 > 0`,
		`INSERT INTO stock_level (variant_id, location_id, on_hand, started_at, counted_at, seq) SELECT v.id, l.id, 100000000, 1, 1, 0 FROM variant v CROSS JOIN location l WHERE ?1 > 0`,
		`ANALYZE`,
	} {
		args := []any{skus}
		if statement == "ANALYZE" {
			args = nil
		}
		if _, err := tx.Exec(statement, args...); err != nil {
			b.Fatalf("%s: %v", statement, err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// sell writes one order of one SKU, as a pulled one is.
func sell(b *testing.B, s *store.Store, channelID int64, n, sku int) {
	b.Helper()
	err := s.InSyncTx(context.Background(), false, func(tx syncing.Tx) error {
		return tx.InsertOrder(&order.Order{ChannelID: channelID, ExternalID: fmt.Sprint("o", n), Number: fmt.Sprint("#", n), Currency: "USD", Financial: order.Paid, Fulfillment: order.Unfulfilled,
			Placed: commerce.Stamp{At: commerce.InstantOf(time.Now()), Precision: commerce.PrecisionSecond, Zone: "UTC"},
			Lines:  []order.Line{{Position: 1, SKU: fmt.Sprint("S-", sku), Title: "V", Quantity: "1", UOM: "each"}}})
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSaleIsWished measures a sale until its levels and what all five channels are to be told of it are on the disk. median-us is
// the median in microseconds,
// disk-us that of a write of nothing.
func BenchmarkSaleIsWished(b *testing.B) {
	s, e, conns, skus := openWarehouse(b)
	ctx := context.Background()
	var took, bare []time.Duration
	n := 0
	for b.Loop() {
		n++
		began := time.Now()
		sell(b, s, conns[n%benchPlaces].ChannelID, n, 1+n*7919%skus)
		connections, variants, err := s.Telling(ctx, []int64{int64(1 + n*7919%skus)})
		if err == nil {
			err = e.Wish(ctx, connections, variants)
		}
		took = append(took, time.Since(began))
		if err != nil {
			b.Fatal(err)
		}
		began = time.Now()
		if err := s.InSyncTx(ctx, false, func(tx syncing.Tx) error { return tx.NoteCompares(conns[0].ID, n%2 == 0) }); err != nil {
			b.Fatal(err)
		}
		bare = append(bare, time.Since(began))
	}
	b.ReportMetric(float64(median(took).Microseconds()), "median-us")
	b.ReportMetric(float64(median(bare).Microseconds()), "disk-us")
	open, err := s.CountOpen(ctx, conns[0].ID)
	if err != nil || open[syncing.Approved] == 0 {
		b.Fatalf("nothing was wished: %v %v", open, err)
	}
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// BenchmarkWholeReckoning measures what all five channels are to be told, worked out anew for all there is.
func BenchmarkWholeReckoning(b *testing.B) {
	s, _, conns, _ := openWarehouse(b)
	for b.Loop() {
		for _, c := range conns {
			if offers, _, err := s.UnlikeOffers(context.Background(), c.ChannelID); err != nil || len(offers) != 0 {
				b.Fatalf("%d differ: %v", len(offers), err)
			}
		}
	}
}
